package io.attune.pool;

import io.attune.estimate.Kind;

/**
 * What a job asks of the slot that takes it.
 *
 * @param model base model that the worker has to have
 * @param cpuMemory bytes that its trainer takes on the CPU; null: not known, which fits anywhere
 * @param gpuMemory and on a GPU
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
