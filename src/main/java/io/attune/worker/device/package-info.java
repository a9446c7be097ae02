/**
 * The devices of a worker. {@link io.attune.worker.device.SlotSettings}, the entry, reads the settings and finds
 * the hardware of this machine: GPUs ({@code Gpus}) and memory ({@code MachineMemory}).
 * {@link io.attune.worker.device.Devices} gives one slot to each device.
 */
package io.attune.worker.device;
