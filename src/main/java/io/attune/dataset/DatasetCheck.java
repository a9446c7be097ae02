package io.attune.dataset;

import java.util.List;

/**
 * What a reading of a whole file came to.
 *
 * @param rows well-formed rows
 * @param kind the format of the rows; null if no row showed one
 * @param findings what is wrong, in the order of the file, at most {@link RowReader#MAX_FINDINGS}; an empty file has
 *     one finding
 * @param moreFindings how many further findings there were; after {@link RowReader#MAX_COUNTED} of them the file is not read on, and the
 *     last finding says so
 */
public record DatasetCheck(int rows, RowKind kind, List<Finding> findings, int moreFindings) {

    /** Whether the file can be trained on as far as its structure goes. */
    public boolean isValid() {
        return findings.isEmpty();
    }
}
