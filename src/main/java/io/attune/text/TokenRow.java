package io.attune.text;

import java.util.Arrays;

/**
 * A row as token ids. {@code target[i]} says that token i is to be predicted from the tokens before it; {@code
 * target[0]} is false.
 *
 * @param line 1-based line of the row's file
 */
public record TokenRow(int line, int[] ids, boolean[] target) {

    public TokenRow {
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
     * The first {@code maxLength} tokens, or this row if it is no longer than that. {@link #targets()} may then be 0.
     */
    public TokenRow truncate(int maxLength) {
        return length() <= maxLength
                ? this
                : new TokenRow(line, Arrays.copyOf(ids, maxLength), Arrays.copyOf(target, maxLength));
    }
}
