/**
 * Reads and checks training data, before any tokenizer. Pure Java. The service checks uploads with this package, and
 * the trainer reads rows with it.
 *
 * <p>In flow order: {@link io.attune.dataset.RowReader}, the entry, streams a JSONL file. Each well-formed line
 * becomes a {@link io.attune.dataset.Row} of one of three formats. Each problem of a line becomes a
 * {@link io.attune.dataset.Finding}. {@link io.attune.dataset.SeenRows} finds repeated rows over the whole file, and
 * {@link io.attune.dataset.RowLengths} describes their lengths.
 */
package io.attune.dataset;
