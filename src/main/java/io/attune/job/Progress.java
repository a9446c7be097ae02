package io.attune.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The progress of a job, as its trainer reports it. For a waiting job it contains the step from which the job will
 * continue, and the reason for the wait. {@code ProgressAnswer} shows it.
 *
 * @param steps number of steps of the whole run; 0 until it is known
 * @param loss loss of the newest step
 * @param attempt number of the attempt; the first attempt is the validation of the files
 * @param peakMemoryBytes the highest memory use of the trainer's own process so far
 * @param estimatedFinish seconds since 1970
 * @param waiting why the job waits, or null
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

    /**
     * The progress after this one, for a job that waits.
     *
     * @param savedStep step from which the job will continue, or null
     */
    public Progress idle(Integer savedStep, String why) {
        return new Progress(savedStep, stepsIf(savedStep), lossAt(savedStep), null, null, null, null, null, why);
    }

    /**
     * The progress after this one, for a job that a worker has just claimed.
     *
     * @param savedStep step from which the job will continue, or null
     */
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
