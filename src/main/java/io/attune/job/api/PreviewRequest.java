package io.attune.job.api;

import io.attune.catalog.BaseModel;
import io.attune.setting.Hyperparameters;
import java.util.Map;

/**
 * A request of {@code POST /v1/fine_tuning/preview}. Every value is set.
 *
 * @param fileId id of the training file
 * @param blob sha256 of the rows
 * @param hyperparameters resolved hyperparameters; only those that change the tokens of rows matter
 * @param line the only row to show, 1-based; 0 for the first {@code rows}
 */
public record PreviewRequest(
        BaseModel model,
        String fileId,
        String blob,
        Hyperparameters hyperparameters,
        Map<String, Object> chatTemplateKwargs,
        int line,
        int rows) {}
