package io.attune.job.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.job.Progress;
import io.attune.pool.Waiting;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * The progress of a job, and what it waits for. Values that are not known, or have no meaning in the current
 * status, are absent.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "FineTuningJobProgress")
public record ProgressAnswer(
        Integer step,

        @Schema(description = "Steps of the whole run; 0 until they are known.")
        Integer steps,

        @Schema(description = "Of the newest step.") Double loss,
        @JsonProperty("tokens_per_second") Double tokensPerSecond,
        String device,

        @Schema(description = "Number of the attempt; the validation of the files is the first.")
        Integer attempt,

        @Schema(description = "The most memory that the trainer took at any time.") @JsonProperty("peak_memory_bytes")
        Long peakMemoryBytes,

        @Schema(description = "From the claim to the end of the first step, in the newest attempt.")
        @JsonProperty("seconds_to_first_step")
        Double secondsToFirstStep,

        @Schema(
                description = "Of a job that waits: its place among all jobs that wait for the same, the validation of"
                        + " their files or a device; 1 is the next one. Higher priorities go first, then older jobs.",
                minimum = "1")
        @JsonProperty("queue_position")
        Integer queuePosition,

        @Schema(
                description =
                        "Of a job that waits: when it is likely to start, in seconds since 1970, if everybody ahead of"
                                + " it takes as long as such jobs took before. Absent where that is not known, and where no"
                                + " worker could take the job.")
        @JsonProperty("expected_start")
        Long expectedStart,

        @Schema(description = "Why nothing happens now, in words for people.")
        String waiting) {

    /**
     * Combines the parts of the answer.
     *
     * @param progress null if there is none yet
     * @param secondsToFirstStep null before the first step is complete
     * @param waiting null if the job does not wait for a claim
     * @param ended whether the job has ended; an ended job waits for nothing
     * @return null if nothing is known
     */
    static ProgressAnswer of(Progress progress, Double secondsToFirstStep, Waiting waiting, boolean ended) {
        if (progress == null && waiting == null && secondsToFirstStep == null) {
            return null;
        }
        Progress told = progress == null ? Progress.waiting(null) : progress;
        String why = ended ? null : told.waiting();
        return new ProgressAnswer(
                told.step(),
                told.steps(),
                told.loss(),
                told.tokensPerSecond(),
                told.device(),
                told.attempt(),
                told.peakMemoryBytes(),
                secondsToFirstStep,
                waiting == null ? null : (Integer) waiting.position(),
                waiting == null ? null : waiting.expectedStart(),
                waiting == null ? why : waiting.why());
    }
}
