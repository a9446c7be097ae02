package io.attune.text;

/**
 * The ids of a text and their positions in it: token {@code i} is {@code text.substring(starts[i], ends[i])}.
 *
 * <p>Offsets count Java chars (UTF-16) of the text before any normalizer. An offset never cuts a character in two.
 * Starts never decrease. A space belongs to the token that contains it. Several tokens may share a character, and
 * each token then spans the whole character:
 *
 * <ul>
 *   <li>tokens for the bytes of an emoji;
 *   <li>tokens for one letter that a normalizer replaces by several;
 *   <li>a token for inserted text, such as the space that a tokenizer puts before a text. It spans the next
 *       character.
 * </ul>
 *
 * Text that a normalizer or splitter drops belongs to no token.
 *
 * @param ids [tokens]
 * @param starts [tokens], the first char of each token
 * @param ends [tokens], one past the last char of each token
 */
public record Encoded(int[] ids, int[] starts, int[] ends) {

    /** The number of tokens. */
    public int length() {
        return ids.length;
    }
}
