package io.attune.json;

/** What is wrong with a JSON text, where, and how to mend it. */
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
     * The value that is wrong, such as {@code messages[2].content}, where the text is JSON but says what cannot be; empty where it is no
     * JSON at all.
     */
    public String field() {
        return field;
    }

    /** 1-based line of the text. */
    public int line() {
        return line;
    }

    /** 1-based, in characters of the line. */
    public int column() {
        return column;
    }

    /** Whether the text ends between two values, so that it may go on elsewhere. */
    public boolean isCutOff() {
        return cutOff;
    }

    /** Where it is in a text of several lines, such as {@code line 3, column 7}. */
    public String place() {
        return "line " + line + ", column " + column + (field.isEmpty() ? "" : ", " + field);
    }
}
