package io.attune.setting;

/** A setting does not take a value. The message is the rule that the value breaks, as in {@code must be a string}. */
public final class InvalidValueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidValueException(String rule) {
        super(rule, null, false, false);
    }
}
