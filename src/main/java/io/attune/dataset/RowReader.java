package io.attune.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a JSONL file row by row. Only one line is in memory at a time, and that is bounded; findings are too. Lines end
 * with {@code \n} or {@code \r\n}; blank lines and a byte order mark at the beginning are passed over.
 */
public final class RowReader {

    /** Findings that are kept; further ones are counted. */
    public static final int MAX_FINDINGS = 50;

    /** Longest line, in bytes of UTF-8. */
    public static final int MAX_LINE_BYTES = 8 << 20;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Consumer<Row> handler;
    private final List<Finding> findings = new ArrayList<>();
    private int moreFindings;
    private int rows;
    private RowKind kind;
    private int kindLine;

    private RowReader(Consumer<Row> handler) {
        this.handler = handler;
    }

    /** Reads to the end of {@code in}, hands over every well-formed row in order, and says what was found. */
    public static DatasetCheck read(InputStream in, Consumer<Row> rows) throws IOException {
        return new RowReader(rows).readAll(in);
    }

    /** Reads to the end of {@code in} for its structure alone. */
    public static DatasetCheck check(InputStream in) throws IOException {
        return read(in, row -> {});
    }

    private DatasetCheck readAll(InputStream in) throws IOException {
        LineReader lines = new LineReader(in, MAX_LINE_BYTES);
        boolean empty = true;
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            if (lines.number() == 1 && startsWith(line, BYTE_ORDER_MARK)) {
                line = Arrays.copyOfRange(line, BYTE_ORDER_MARK.length, line.length);
            }
            if (lines.overlong()) {
                find(lines.number(), "", "The line is longer than " + MAX_LINE_BYTES + " bytes. Split the row.");
                empty = false;
            } else if (!isBlank(line)) {
                readRow(line, lines.number());
                empty = false;
            }
        }
        if (empty) {
            find(1, "", "The file is empty. Write one JSON object on each line.");
        }
        return new DatasetCheck(rows, kind, List.copyOf(findings), moreFindings);
    }

    private void readRow(byte[] line, int number) {
        Object value;
        try {
            value = JsonLine.parse(line);
        } catch (Problem problem) {
            find(number, problem.field(), problem.getMessage());
            return;
        }
        RowKind rowKind = RowFormat.kind(value);
        if (kind == null && rowKind != null) {
            kind = rowKind;
            kindLine = number;
        }
        Row row = new RowFormat(number, (field, problem) -> find(number, field, problem)).row(value);
        if (row == null) {
            return;
        }
        if (rowKind != kind) {
            find(
                    number,
                    rowKind == RowKind.CHAT ? "messages" : "prompt",
                    "The row is of another kind than line " + kindLine + ": a file has either messages rows or"
                            + " prompt/completion rows. Put them into two files.");
            return;
        }
        rows++;
        handler.accept(row);
    }

    private void find(int line, String field, String problem) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(line, field, problem));
        } else {
            moreFindings++;
        }
    }

    private static boolean startsWith(byte[] line, byte[] start) {
        return line.length >= start.length && Arrays.equals(line, 0, start.length, start, 0, start.length);
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
