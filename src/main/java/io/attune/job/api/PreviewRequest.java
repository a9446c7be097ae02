package io.attune.job.api;

import io.attune.catalog.BaseModel;
import java.util.Map;

/**
 * What is asked for by {@code POST /v1/fine_tuning/preview}, with nothing left open.
 *
 * @param fileId id of the training file
 * @param blob sha256 of its rows
 * @param maxLength longest row in tokens
 * @param overlongRows what becomes of longer ones: {@code fail}, {@code truncate} or {@code drop}
 * @param line the one row to show, 1-based; 0 for the first {@code rows}
 */
public record PreviewRequest(
        BaseModel model,
        String fileId,
        String blob,
        int maxLength,
        String overlongRows,
        Map<String, Object> chatTemplateKwargs,
        int line,
        int rows) {}
