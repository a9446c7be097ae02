package io.attune.text.template;

import io.attune.json.Shown;

/**
 * A template that is not valid, raised an error of its own, or asked for more than its budget. The message is for the
 * user.
 */
public class TemplateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Chars of a message, which may hold text of the template and of the conversation. */
    private static final int LONGEST = 700;

    /** @param message is cut, and what could steer a terminal or break a log's line is escaped */
    public TemplateException(String message) {
        super(Shown.of(message, LONGEST));
    }
}
