package io.attune.json;

/** How many more values may be read; several texts that belong together may share one. */
public final class ValueLimit {

    private final int most;
    private int left;

    public ValueLimit(int most) {
        this.most = most;
        this.left = most;
    }

    /** As many values as there are. */
    static ValueLimit none() {
        return new ValueLimit(Integer.MAX_VALUE);
    }

    /** Counts a value. @return whether it may be read */
    boolean allowsOneMore() {
        return left-- > 0;
    }

    int most() {
        return most;
    }
}
