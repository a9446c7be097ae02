package io.attune.json;

/** Counts the values that a reader may still read. Several texts that belong together may share one limit. */
public final class ValueLimit {

    private final int most;
    private int left;

    public ValueLimit(int most) {
        this.most = most;
        this.left = most;
    }

    /** No limit. */
    static ValueLimit none() {
        return new ValueLimit(Integer.MAX_VALUE);
    }

    /**
     * Counts one value.
     *
     * @return whether the reader may read it
     */
    boolean allowsOneMore() {
        return left-- > 0;
    }

    int most() {
        return most;
    }
}
