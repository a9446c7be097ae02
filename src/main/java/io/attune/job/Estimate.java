package io.attune.job;

import io.attune.estimate.Kind;
import io.attune.estimate.MemoryEstimate;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;

/** The estimated memory of a training, as the answer for a job shows it. */
@Schema(name = "FineTuningJobEstimate")
public record Estimate(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) Memory memory) {

    /** The memory on each kind of device. */
    @Schema(name = "FineTuningJobEstimatedMemory", description = "Bytes at the most, by part.")
    record Memory(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            MemoryEstimate cpu,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            MemoryEstimate cuda) {}

    public static Estimate of(Map<Kind, MemoryEstimate> memory) {
        return new Estimate(new Memory(memory.get(Kind.CPU), memory.get(Kind.CUDA)));
    }
}
