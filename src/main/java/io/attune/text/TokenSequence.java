package io.attune.text;

import java.util.Arrays;

/**
 * Token ids that are computed as one text. {@code target[i]} says that token i is to be predicted from the tokens before
 * it; {@code target[0]} is false, since nothing comes before the first token.
 */
public record TokenSequence(int[] ids, boolean[] target) {

    public TokenSequence {
        if (ids.length != target.length) {
            throw new IllegalArgumentException(ids.length + " ids, " + target.length + " targets");
        }
        if (target.length > 0 && target[0]) {
            throw new IllegalArgumentException("Nothing comes before the first token that could predict it");
        }
    }

    /** Tokens. */
    public int length() {
        return ids.length;
    }

    /** Tokens that are to be predicted. */
    public int targets() {
        int count = 0;
        for (boolean t : target) {
            count += t ? 1 : 0;
        }
        return count;
    }

    /**
     * The first {@code maxLength} tokens, or this sequence if it is no longer than that. {@link #targets()} may then be
     * 0.
     */
    public TokenSequence truncate(int maxLength) {
        return length() <= maxLength
                ? this
                : new TokenSequence(Arrays.copyOf(ids, maxLength), Arrays.copyOf(target, maxLength));
    }
}
