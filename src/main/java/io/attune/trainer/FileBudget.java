package io.attune.trainer;

import io.attune.text.Allowance;
import io.attune.text.template.Work;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * Limits what the rows of one file may take together. Counted work ends a file at the same row on every machine, so
 * a training reads every file that validation accepted. Time limits costs that are not counted, such as a tokenizer
 * with expensive rules. Only validation limits time.
 */
final class FileBudget {

    /** The counted work may take this many times its nominal time. */
    private static final int PATIENCE = 6;

    private static final long NANOS_OF_A_UNIT = 1_000_000_000L / Work.A_SECOND;

    private final long work;
    private final LongSupplier nanos;
    private final long start;

    private FileBudget(long bytes, LongSupplier nanos) {
        this.work = Allowance.ofFile(bytes);
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    static FileBudget ofWork(long bytes) {
        return new FileBudget(bytes, () -> 0);
    }

    static FileBudget ofWorkAndTime(long bytes) {
        return ofWorkAndTime(bytes, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
    }

    /** @param nanos processor time of the thread, in nanoseconds */
    static FileBudget ofWorkAndTime(long bytes, LongSupplier nanos) {
        return new FileBudget(bytes, nanos);
    }

    /** Whether {@code done} units of work, or the time, exceed the limit. */
    boolean isSpent(long done) {
        return done > work || nanos.getAsLong() - start > work * NANOS_OF_A_UNIT * PATIENCE;
    }
}
