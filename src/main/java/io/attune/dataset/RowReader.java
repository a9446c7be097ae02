package io.attune.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Reads JSONL row by row. */
public final class RowReader {

    /** Findings that are kept; further ones are counted. */
    public static final int MAX_FINDINGS = 50;

    private RowReader() {}

    /** Reads to the end of {@code in}, hands over every well-formed row, and says what was found. */
    public static DatasetCheck read(InputStream in, Consumer<Row> rows) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Reads to the end of {@code in} for its structure alone. */
    public static DatasetCheck check(InputStream in) throws IOException {
        return read(in, row -> {});
    }
}
