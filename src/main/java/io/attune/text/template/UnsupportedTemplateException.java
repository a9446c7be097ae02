package io.attune.text.template;

/** A template that uses what this interpreter does not have; the message names it and its line. */
public final class UnsupportedTemplateException extends TemplateException {

    private static final long serialVersionUID = 1L;

    public UnsupportedTemplateException(String what, int line) {
        super("The chat template uses " + what + " (line " + line + "), which is not supported here.");
    }
}
