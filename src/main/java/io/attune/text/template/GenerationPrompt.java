package io.attune.text.template;

/** The variable {@code add_generation_prompt} of a {@link Conversation}. Records whether the template reads it. */
final class GenerationPrompt {

    static final String NAME = "add_generation_prompt";

    private boolean value;
    private boolean seen;

    /** Returns the value that the template sees. */
    static Object read(Object value) {
        if (value instanceof GenerationPrompt prompt) {
            prompt.seen = true;
            return prompt.value;
        }
        return value;
    }

    void set(boolean value, boolean seen) {
        this.value = value;
        this.seen = seen;
    }

    boolean seen() {
        return seen;
    }

    boolean value() {
        return value;
    }
}
