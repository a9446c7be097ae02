package io.attune.job;

import io.attune.setting.TrainingSettings;
import java.util.Map;

/** A request of {@code POST /v1/fine_tuning/jobs}, checked by {@code CreateJobReader}. */
public record CreateJob(
        String model,
        Files files,
        String suffix,
        Long seed,
        Integer priority,
        Map<String, String> metadata,
        Map<String, Object> chatTemplateKwargs,
        TrainingSettings settings) {

    /** Ids of files. {@code validation} may be null. */
    public record Files(String training, String validation) {}
}
