/**
 * What a worker trains on. {@link io.attune.worker.device.SlotSettings}, the entry, reads the settings and looks what
 * this machine has: GPUs ({@code Gpus}) and memory ({@code MachineMemory}). {@link io.attune.worker.device.Devices}
 * gives one slot to each device.
 */
package io.attune.worker.device;
