package io.attune.json;

/** Reports a fault of a JSON text: what is wrong, where, and how to correct it. */
public final class JsonFault extends Exception {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final int line;
    private final int column;
    private final boolean cutOff;

    JsonFault(String field, int line, int column, boolean cutOff, String problem) {
        super(problem, null, false, false);
        this.field = field;
        this.line = line;
        this.column = column;
        this.cutOff = cutOff;
    }

    /**
     * The path of the wrong value, such as {@code messages[2].content}, if the text is well-formed JSON. Otherwise
     * empty.
     */
    public String field() {
        return field;
    }

    /** The line of the text, counted from 1. */
    public int line() {
        return line;
    }

    /** The column, counted from 1 in characters of the line. */
    public int column() {
        return column;
    }

    /** Whether the text ends between two values, so that it may go on in the next line. */
    public boolean isCutOff() {
        return cutOff;
    }

    /** The place in a text of several lines, such as {@code line 3, column 7}. */
    public String place() {
        return "line " + line + ", column " + column + (field.isEmpty() ? "" : ", " + field);
    }
}
