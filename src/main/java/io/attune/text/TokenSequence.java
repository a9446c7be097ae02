package io.attune.text;

import java.util.Arrays;

/**
 * Token ids that are computed as one text. If {@code target[i]} is true, the model learns to predict token i from
 * the tokens before it. {@code target[0]} is false, because no token comes before the first.
 */
public record TokenSequence(int[] ids, boolean[] target) {

    public TokenSequence {
        if (ids.length != target.length) {
            throw new IllegalArgumentException(ids.length + " ids, " + target.length + " targets");
        }
        if (target.length > 0 && target[0]) {
            throw new IllegalArgumentException("No token comes before the first token to predict it");
        }
    }

    /** The number of tokens. */
    public int length() {
        return ids.length;
    }

    /** The number of targets. */
    public int targets() {
        int count = 0;
        for (boolean t : target) {
            count += t ? 1 : 0;
        }
        return count;
    }

    /**
     * Returns the first {@code maxLength} tokens, or this sequence if it is no longer. {@link #targets()} of the
     * result may be 0.
     */
    public TokenSequence truncate(int maxLength) {
        return length() <= maxLength
                ? this
                : new TokenSequence(Arrays.copyOf(ids, maxLength), Arrays.copyOf(target, maxLength));
    }
}
