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
 * Reads a JSONL file row by row. Only one line is in memory at a time, and that is bounded; findings are too. Lines end
 * with {@code \n} or {@code \r\n}; blank lines and a byte order mark at the beginning are passed over.
 */
public final class RowReader {

    /** Findings that are kept; further ones are counted. */
    public static final int MAX_FINDINGS = 50;

    /** Further findings after which a file is not read on: it is wrong all over. */
    static final int MAX_COUNTED = 10_000;

    /** Longest line, in bytes of UTF-8. */
    public static final int MAX_LINE_BYTES = 8 << 20;

    /** Most values of a row, those in its strings of JSON counted. Their text is counted by {@link #MAX_LINE_BYTES}. */
    static final int MAX_VALUES = 200_000;

    /** Deepest nesting of a row's objects and arrays. */
    static final int MAX_NESTING = 64;

    /** Where the finding goes that a row is of another kind than its file. */
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

    /** Reads to the end of {@code in}, hands over every well-formed row in order, and says what was found. */
    public static DatasetCheck read(InputStream in, Consumer<Row> rows) throws IOException {
        return read(in, HeapShare.unshared(), rows);
    }

    /** Reads to the end of {@code in} for its structure alone. */
    public static DatasetCheck check(InputStream in) throws IOException {
        return check(in, HeapShare.unshared());
    }

    /**
     * As {@link #check(InputStream)}, beside others.
     *
     * @param heap what they share; it is waited for with each line
     * @throws HeapShare.Exhausted when it is not free in time
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
                findings.endWith(
                        new Finding(
                                lines.number(),
                                "",
                                "The file has more than " + MAX_COUNTED
                                        + " faults, and is not read on from here. Correct those that are told, and try again."));
                goesOn = false;
            }
        }
        if (empty) {
            findings.add(new Finding(1, "", "The file is empty. Write one JSON object on each line."));
        }
        return new DatasetCheck(rows, kind, findings.first(), findings.more());
    }

    /**
     * Reads the first line that is not blank. A file of another form, or with the rows of another program, shows it there; whether to go on
     * is the answer, since every further line would only show it again.
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
            findings.add(
                    new Finding(
                            number,
                            FIELDS.get(rowKind),
                            "The row is of another kind than line " + kindLine
                                    + ": the rows of a file are all chats (messages, or lists of messages in prompt and"
                                    + " completion), or all prompt and completion as text, or all text. Put them into two files."));
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
