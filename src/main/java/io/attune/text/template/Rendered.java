package io.attune.text.template;

/**
 * A text, as its difference to the text that the same {@link Conversation} returned before.
 *
 * @param shared number of chars (UTF-16) at the beginning that equal those of the text before
 * @param tail the rest of the text
 */
public record Rendered(int shared, String tail) {

    /** The number of chars of the whole text. */
    public int length() {
        return shared + tail.length();
    }
}
