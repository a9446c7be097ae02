package io.attune.text.template;

/**
 * Counts the work of producing text and tokens, and ends it at a limit. The count is the same on every machine. A
 * unit is about five nanoseconds of a processor. Unlike a {@link Budget}, it counts over all renderings of a
 * conversation. Not safe for use by several threads.
 */
public final class Work {

    /** Units per second of a processor. */
    public static final long A_SECOND = 200_000_000;

    /** Units of a step of the interpreter. */
    private static final int STEP = 4;
    /** Characters read per unit. */
    private static final int SCANNED = 8;

    private long done;
    private long limit = Long.MAX_VALUE;

    /** The units so far. */
    public long done() {
        return done;
    }

    /** Permits {@code units} from now on. Replaces the earlier limit. */
    public void allow(long units) {
        limit = done + units;
    }

    /** @throws TooMuchWorkException if the work exceeds the limit */
    public void add(long units) {
        done += units;
        if (done > limit) {
            throw new TooMuchWorkException();
        }
    }

    /** Counts characters that are read, for example by a search. */
    public void scan(long characters) {
        add(characters / SCANNED);
    }

    void step(int count) {
        add((long) STEP * count);
    }

    /** An operation takes more {@link Work} than the limit. */
    public static final class TooMuchWorkException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooMuchWorkException() {
            super("more work than is allowed", null, false, false);
        }
    }
}
