package io.attune.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How far a job is, as its trainer reports it, or what kept its last attempt from its end; {@code ProgressAnswer} shows it.
 *
 * @param steps steps of the whole run; 0 until they are known
 * @param loss of the newest step
 * @param peakMemoryBytes the most memory of its own that the trainer had
 * @param estimatedFinish seconds since 1970
 * @param attempt number of the attempt; the validation of the files is the first
 * @param waiting why nothing happens now, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
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

    public static Progress waiting(String why) {
        return new Progress(null, null, null, null, null, null, null, null, why);
    }

    /** Of a job that waits, after this. @param savedStep from which it will go on, or null */
    public Progress idle(Integer savedStep, String why) {
        return new Progress(savedStep, stepsIf(savedStep), lossAt(savedStep), null, null, null, null, null, why);
    }

    /** Of a job that was just claimed, after this. @param savedStep from which it will go on, or null */
    public Progress claimed(Integer savedStep, int attempt) {
        return new Progress(savedStep, stepsIf(savedStep), lossAt(savedStep), null, null, attempt, null, null, null);
    }

    private Integer stepsIf(Integer savedStep) {
        return savedStep == null ? null : steps;
    }

    private Double lossAt(Integer savedStep) {
        return savedStep != null && savedStep.equals(step) ? loss : null;
    }
}
