package io.attune.text;

/**
 * The ids of a text and where each stands in it: token {@code i} is {@code text.substring(starts[i], ends[i])}.
 *
 * <p>Offsets count Java chars (UTF-16) of the text as it was given, before any normalizer. Tokens are in the order of
 * the text. A token that stands for nothing that was written, such as a space put in front, is empty: {@code starts[i]
 * == ends[i]}. Where several tokens share a character (bytes of an emoji, a letter that the normalizer writes as two),
 * each of them spans the whole character.
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
