package io.attune.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
            Finding form = empty ? otherForm(line, lines.number()) : null;
            if (form != null) {
                find(form);
                return new DatasetCheck(rows, kind, List.copyOf(findings), moreFindings);
            } else if (lines.overlong()) {
                find(new Finding(
                        lines.number(), "", "The line is longer than " + MAX_LINE_BYTES + " bytes. Split the row."));
                empty = false;
            } else if (!isBlank(line)) {
                readRow(line, lines.number());
                empty = false;
            }
        }
        if (empty) {
            find(new Finding(1, "", "The file is empty. Write one JSON object on each line."));
        }
        return new DatasetCheck(rows, kind, List.copyOf(findings), moreFindings);
    }

    /** A file that is no JSONL at all shows it in its first line; reading on would only repeat it line by line. Else null. */
    private static Finding otherForm(byte[] line, int number) {
        String start = new String(line, 0, Math.min(line.length, 64), StandardCharsets.ISO_8859_1).strip();
        if (start.startsWith("[")) {
            return new Finding(
                    number,
                    "",
                    "The line begins a JSON array, and is not a JSON object. Write every element of the array on a line of its"
                            + " own, as `jq -c '.[]' FILE > rows.jsonl` does.");
        }
        if (start.equals("{")) {
            return new Finding(
                    number,
                    "",
                    "The object goes on in the next line: the file is not JSON Lines. Write every row on one line, as"
                            + " `jq -c . FILE > rows.jsonl` does.");
        }
        if (start.startsWith("PK\u0003\u0004") || start.startsWith("\u001f\u008b")) {
            return new Finding(number, "", "The file is compressed. Unpack it, and upload the JSON Lines in it.");
        }
        if (start.startsWith("PAR1")) {
            return new Finding(
                    number, "", "The file is Parquet. Write its rows as JSON Lines, one object on each line.");
        }
        return null;
    }

    private void readRow(byte[] line, int number) {
        Object value;
        try {
            value = JsonLine.parse(line);
        } catch (Problem problem) {
            find(new Finding(number, problem.field(), problem.getMessage()));
            return;
        }
        RowKind rowKind = RowFormat.kind(value);
        if (kind == null && rowKind != null) {
            kind = rowKind;
            kindLine = number;
        }
        Row row = new RowFormat(number, this::find).row(value);
        if (row == null) {
            return;
        }
        if (rowKind != kind) {
            find(new Finding(
                    number,
                    rowKind == RowKind.CHAT ? "messages" : "prompt",
                    "The row is of another kind than line " + kindLine + ": a file has either messages rows or"
                            + " prompt/completion rows. Put them into two files."));
            return;
        }
        rows++;
        handler.accept(row);
    }

    private void find(Finding finding) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(finding);
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
