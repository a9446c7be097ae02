package io.attune.text.template;

/**
 * Counts the work of making text and tokens, the same on every machine, and ends it where there is too much of it. A unit is about five
 * nanoseconds of a processor. Unlike a {@link Budget}, it goes on counting over all renderings of a conversation. Not for several threads.
 */
public final class Work {

    /** Units that a second of a processor does. */
    public static final long A_SECOND = 200_000_000;

    /** Of a step of the interpreter. */
    private static final int STEP = 4;
    /** Characters that a unit looks at. */
    private static final int SCANNED = 8;

    private long done;
    private long limit = Long.MAX_VALUE;

    /** Units so far. */
    public long done() {
        return done;
    }

    /** Allows {@code units} from now on, instead of what was allowed before. */
    public void allow(long units) {
        limit = done + units;
    }

    /** @throws TooMuchWorkException if more is done than was allowed */
    public void add(long units) {
        done += units;
        if (done > limit) {
            throw new TooMuchWorkException();
        }
    }

    /** Counts characters that are looked at, such as by a search. */
    public void scan(long characters) {
        add(characters / SCANNED);
    }

    void step(int count) {
        add((long) STEP * count);
    }

    /** Something takes more {@link Work} than was allowed. */
    public static final class TooMuchWorkException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooMuchWorkException() {
            super("more work than is allowed", null, false, false);
        }
    }
}
