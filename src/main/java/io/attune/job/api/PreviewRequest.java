package io.attune.job.api;

import io.attune.catalog.BaseModel;
import io.attune.setting.Hyperparameters;
import java.util.Map;

/**
 * What is asked for by {@code POST /v1/fine_tuning/preview}, with nothing left open.
 *
 * @param fileId id of the training file
 * @param blob sha256 of its rows
 * @param hyperparameters with nothing left open; those for rows matter here
 * @param line the one row to show, 1-based; 0 for the first {@code rows}
 */
public record PreviewRequest(
        BaseModel model,
        String fileId,
        String blob,
        Hyperparameters hyperparameters,
        Map<String, Object> chatTemplateKwargs,
        int line,
        int rows) {}
