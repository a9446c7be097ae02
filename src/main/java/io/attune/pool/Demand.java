package io.attune.pool;

import io.attune.estimate.Kind;

/**
 * The requirements of a job for the slot that takes it.
 *
 * @param model base model that the worker must have
 * @param cpuMemory bytes that the trainer needs on the CPU; null if not known, and then the job fits into every
 *     slot
 * @param gpuMemory bytes that the trainer needs on a GPU; null if not known
 */
record Demand(String model, Long cpuMemory, Long gpuMemory) {

    boolean fits(PoolSlot slot) {
        Long needed = memory(slot.kind());
        return slot.models().contains(model) && (needed == null || needed <= slot.memory());
    }

    Long memory(Kind kind) {
        return kind == Kind.CPU ? cpuMemory : gpuMemory;
    }
}
