package io.attune.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * How far a job is.
 *
 * @param steps steps of the whole run; 0 until they are known
 * @param loss of the newest step
 * @param peakMemoryBytes peak resident memory of the trainer
 * @param estimatedFinish seconds since 1970
 * @param waiting why nothing happens now, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "FineTuningJobProgress")
public record Progress(
        Integer step,
        Integer steps,
        Double loss,
        @JsonProperty("tokens_per_second") Double tokensPerSecond,
        String device,
        Integer attempt,
        @JsonProperty("peak_memory_bytes") Long peakMemoryBytes,
        @JsonProperty("estimated_finish") Long estimatedFinish,
        String waiting) {

    static Progress waiting(String why) {
        return new Progress(null, null, null, null, null, null, null, null, why);
    }
}
