package io.attune.json;

/**
 * A value is not one that a field takes. The message is the rule that the value breaks, as in {@code must be a
 * string}.
 */
public final class InvalidValueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InvalidValueException(String rule) {
        super(rule, null, false, false);
    }
}
