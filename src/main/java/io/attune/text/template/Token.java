package io.attune.text.template;

/**
 * A token of a template.
 *
 * @param text for {@code DATA} the text to print, for {@code STRING} its value, else as in the source
 * @param line 1-based line of the source
 */
record Token(Kind kind, String text, int line) {

    enum Kind {
        DATA,
        PRINT_BEGIN,
        PRINT_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Kind kind, String text) {
        return this.kind == kind && this.text.equals(text);
    }

    boolean isName(String name) {
        return is(Kind.NAME, name);
    }

    boolean isOperator(String operator) {
        return is(Kind.OPERATOR, operator);
    }

    /** Describes the token for messages. */
    String described() {
        return switch (kind) {
            case END -> "the end of the template";
            case DATA -> "text";
            case PRINT_END, BLOCK_END -> "'" + text.strip() + "'";
            default -> "'" + text + "'";
        };
    }
}
