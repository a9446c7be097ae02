package io.attune.text.template;

import io.attune.json.Shown;

/** A template is not valid, raised an error, or exceeded its budget. The message is for the user. */
public class TemplateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Maximum number of chars of a message, which may contain text of the template and of the conversation. */
    private static final int LONGEST = 700;

    /**
     * @param message is cut, and characters that could control a terminal or break a line of the log are escaped
     */
    public TemplateException(String message) {
        super(Shown.of(message, LONGEST));
    }
}
