/**
 * Training data before any tokenizer sees it: the formats of rows ({@link io.attune.dataset.Row}), a reader that
 * streams a JSONL file ({@link io.attune.dataset.RowReader}), and what is wrong with a file, line by line ({@link
 * io.attune.dataset.Finding}) or over the whole of it ({@link io.attune.dataset.SeenRows}, {@link
 * io.attune.dataset.RowLengths}). Pure Java: the service checks uploads with it, and the trainer reads rows with it.
 */
package io.attune.dataset;
