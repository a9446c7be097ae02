package io.attune.text.template;

/**
 * A text as what it has in common with the text that the same {@link Conversation} gave before it, and the rest.
 *
 * @param shared so many characters (of UTF-16) at the beginning are those of the text before
 * @param tail what follows them
 */
public record Rendered(int shared, String tail) {

    /** Characters of the whole text. */
    public int length() {
        return shared + tail.length();
    }
}
