package io.attune.trainer;

import io.attune.text.Allowance;
import io.attune.text.template.Work;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * What the rows of one file may take together. Counted work ends a file at the same row on every machine, so what a validation let pass, a
 * training reads too. Time is for what is not counted, such as a tokenizer with costly rules, and for validations alone.
 */
final class FileBudget {

    /** How many times as long the counted work may take as it should. */
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

    /** @param nanos time of a processor that the thread has taken */
    static FileBudget ofWorkAndTime(long bytes, LongSupplier nanos) {
        return new FileBudget(bytes, nanos);
    }

    /** Whether nothing is left once {@code done} units of work are. */
    boolean isSpent(long done) {
        return done > work || nanos.getAsLong() - start > work * NANOS_OF_A_UNIT * PATIENCE;
    }
}
