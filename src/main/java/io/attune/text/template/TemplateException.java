package io.attune.text.template;

/**
 * A template that is not valid, raised an error of its own, or asked for more than its budget. The message is for the
 * user.
 */
public class TemplateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TemplateException(String message) {
        super(message);
    }
}
