package io.attune.dataset;

import io.attune.json.HeapShare;
import io.attune.json.JsonFault;
import io.attune.json.StrictJson;
import io.attune.json.ValueLimit;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a JSONL file row by row. Holds one line at a time in memory. The length of a line and the number of findings
 * are limited. Lines end with {@code \n} or {@code \r\n}. Blank lines and a byte order mark at the beginning are
 * skipped.
 */
public final class RowReader {

    /** The number of findings that are kept. Further findings are only counted. */
    public static final int MAX_FINDINGS = 50;

    /** The number of further findings after which reading stops, as most of the file is wrong. */
    static final int MAX_COUNTED = 10_000;

    /** The limit for a line, in bytes of UTF-8. */
    public static final int MAX_LINE_BYTES = 8 << 20;

    /**
     * The limit for the values of a row, with the values in its JSON strings. {@link #MAX_LINE_BYTES} limits their
     * text.
     */
    static final int MAX_VALUES = 200_000;

    /** The limit for the nesting of objects and arrays in a row. */
    static final int MAX_NESTING = 64;

    /** The field of the finding that a row is of another kind than its file. */
    private static final Map<RowKind, String> FIELDS =
            Map.of(RowKind.CHAT, "messages", RowKind.COMPLETION, "prompt", RowKind.TEXT, "text");

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Consumer<Row> handler;
    private final Findings findings = new Findings();
    private int rows;
    private RowKind kind;
    private int kindLine;

    private RowReader(Consumer<Row> handler) {
        this.handler = handler;
    }

    /** Reads {@code in} to its end. Passes every well-formed row to {@code rows} in order, and gives the findings. */
    public static DatasetCheck read(InputStream in, Consumer<Row> rows) throws IOException {
        return read(in, HeapShare.unshared(), rows);
    }

    /** Reads {@code in} to its end, and checks only its structure. */
    public static DatasetCheck check(InputStream in) throws IOException {
        return check(in, HeapShare.unshared());
    }

    /**
     * Does the same as {@link #check(InputStream)}, with a heap share that other readers use too.
     *
     * @param heap the share; each line waits for its part of it
     * @throws HeapShare.Exhausted if the heap for a line does not become free in time
     */
    public static DatasetCheck check(InputStream in, HeapShare heap) throws IOException {
        return read(in, heap, row -> {});
    }

    private static DatasetCheck read(InputStream in, HeapShare heap, Consumer<Row> rows) throws IOException {
        try (LineReader lines = new LineReader(in, MAX_LINE_BYTES, heap)) {
            return new RowReader(rows).readAll(lines);
        }
    }

    private DatasetCheck readAll(LineReader lines) throws IOException {
        boolean empty = true;
        boolean goesOn = true;
        for (byte[] line = lines.next(); line != null && goesOn; line = lines.next()) {
            if (lines.number() == 1 && startsWith(line, BYTE_ORDER_MARK)) {
                line = Arrays.copyOfRange(line, BYTE_ORDER_MARK.length, line.length);
            }
            if (!isBlank(line)) {
                goesOn = empty ? readFirst(line, lines) : readLine(line, lines);
                empty = false;
            }
            if (findings.more() >= MAX_COUNTED) {
                findings.endWith(new Finding(
                        lines.number(),
                        "",
                        "The file has more than " + MAX_COUNTED
                                + " faults, and is not read on from here. Correct those that are told,"
                                + " and try again."));
                goesOn = false;
            }
        }
        if (empty) {
            findings.add(new Finding(1, "", "The file is empty. Write one JSON object on each line."));
        }
        return new DatasetCheck(rows, kind, findings.first(), findings.more());
    }

    /**
     * Reads the first line that is not blank, and gives whether to go on. The first line shows whether the whole file
     * has another form, or rows of another program. Then every further line would only give the same finding.
     */
    private boolean readFirst(byte[] line, LineReader lines) throws IOException {
        Optional<String> otherForm = FileForm.problem(line, lines.following());
        if (otherForm.isPresent()) {
            findings.add(new Finding(lines.number(), "", otherForm.get()));
            return false;
        }
        return readLine(line, lines);
    }

    private boolean readLine(byte[] line, LineReader lines) {
        if (lines.overlong()) {
            findings.add(new Finding(
                    lines.number(), "", "The line is longer than " + MAX_LINE_BYTES + " bytes. Split the row."));
            return true;
        }
        Object value;
        ValueLimit values = new ValueLimit(MAX_VALUES);
        try {
            value = StrictJson.read(line, MAX_NESTING, values);
        } catch (JsonFault fault) {
            String notJson = fault.field().isEmpty() ? "The line is not JSON (column " + fault.column() + "): " : "";
            findings.add(new Finding(lines.number(), fault.field(), notJson + fault.getMessage()));
            return true;
        }
        return readRow(value, lines.number(), values);
    }

    private boolean readRow(Object value, int number, ValueLimit values) {
        RowKind rowKind = RowFormat.kind(value);
        boolean first = rows == 0 && findings.first().isEmpty();
        if (kind == null && rowKind != null) {
            kind = rowKind;
            kindLine = number;
        }
        RowFormat format = new RowFormat(new RowFindings(number, findings::add, values));
        Row row = format.row(value);
        if (row == null) {
            return !(first && format.isOther());
        }
        if (rowKind != kind) {
            findings.add(new Finding(
                    number,
                    FIELDS.get(rowKind),
                    "The row is of another kind than line " + kindLine
                            + ": the rows of a file are all chats (messages, or lists of messages in prompt and"
                            + " completion), or all prompt and completion as text, or all text."
                            + " Put them into two files."));
            return true;
        }
        rows++;
        handler.accept(row);
        return true;
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
