package io.attune.text;

/**
 * The ids of a text and where each stands in it: token {@code i} is {@code text.substring(starts[i], ends[i])}.
 *
 * <p>Offsets count Java chars (UTF-16) of the text as it was given, before any normalizer, and never cut a character in
 * two. Starts never go back. A space belongs to the token that holds it. Several tokens may share a character, and each
 * then spans it whole: the bytes of an emoji; what a normalizer makes of one letter; and a token for what nobody wrote,
 * such as the space that a tokenizer puts in front of a text, which spans the character before which it was put. What a
 * normalizer or splitter drops belongs to no token.
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
