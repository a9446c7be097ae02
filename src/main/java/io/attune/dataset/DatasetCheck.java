package io.attune.dataset;

import java.util.List;

/**
 * The result of reading a whole file.
 *
 * @param rows the number of well-formed rows
 * @param kind the format of the rows; null if no row showed one
 * @param findings in the order of the file, at most {@link RowReader#MAX_FINDINGS}; an empty file has one finding
 * @param moreFindings the number of further findings; after {@link RowReader#MAX_COUNTED} further findings reading
 *     stops, and the last finding says so
 */
public record DatasetCheck(int rows, RowKind kind, List<Finding> findings, int moreFindings) {

    /** Whether the structure of the file allows training on it. */
    public boolean isValid() {
        return findings.isEmpty();
    }
}
