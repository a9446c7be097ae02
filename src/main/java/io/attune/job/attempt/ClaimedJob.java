package io.attune.job.attempt;

import io.attune.catalog.TunedModelName;
import io.attune.setting.TrainingSettings;
import java.time.Instant;
import java.util.Map;

/**
 * The job of a claimed attempt.
 *
 * @param baseModel name of the base model
 * @param tunedModel the name that the result will have
 * @param settings the settings of the request for a validation, which resolves them; the resolved settings for a
 *     training
 * @param validation null if the job has no validation rows
 * @param cpuMemory bytes that the training needs on the CPU, as estimated; null without an estimate
 */
public record ClaimedJob(
        String baseModel,
        String tunedModel,
        TrainingSettings settings,
        Rows training,
        Rows validation,
        long seed,
        Chat chat,
        Long cpuMemory) {

    /**
     * A file of rows.
     *
     * @param file id of the file
     * @param sha256 checksum of its bytes in the artifact store
     */
    public record Rows(String file, String sha256) {}

    /**
     * The input of the chat template beside the conversation; the same in all attempts of the job.
     *
     * @param templateKwargs variables for the template, from the request
     * @param renderedAt the time that the template prints
     */
    public record Chat(Map<String, Object> templateKwargs, Instant renderedAt) {}

    /** The name of the weights after {@code step} steps. */
    public String checkpointName(int step) {
        return TunedModelName.checkpoint(tunedModel, step);
    }
}
