package io.attune.http;

import java.io.IOException;
import java.time.Duration;

/**
 * Measures the pace of one body or one answer. Counts only the time in which a thread waited for the client. Slow
 * work of the service or a full queue therefore does not count against a client.
 */
final class Pace {

    /**
     * The minimum pace of clients.
     *
     * @param grace waiting time that does not count
     * @param leastBytes bytes per second of further waiting, on average
     * @param longest maximum waiting time in total
     */
    record Rule(Duration grace, long leastBytes, Duration longest) {

        private boolean isBroken(long waited, long bytes) {
            long owed = waited - grace.toNanos();
            return waited > longest.toNanos() || owed > 0 && bytes / (double) leastBytes < owed / 1e9;
        }
    }

    /**
     * An operation that waits for the client. Returns the number of transferred bytes, or less than 0 at the end.
     */
    interface Step {
        int run() throws IOException;
    }

    private final Rule rule;
    private long waited; // ns
    private long bytes;

    Pace(Rule rule) {
        this.rule = rule;
    }

    /** The client is slower than the rule permits. */
    static final class TooSlow extends IOException {

        private static final long serialVersionUID = 1L;

        private TooSlow(String message) {
            super(message);
        }
    }

    /**
     * Runs an operation and counts its time and bytes.
     *
     * @throws TooSlow if the client now breaks the rule
     */
    int timed(Step step) throws IOException {
        long from = System.nanoTime();
        int count;
        try {
            count = step.run();
        } finally {
            waited += System.nanoTime() - from;
        }
        bytes += Math.max(count, 0);
        if (count >= 0 && rule.isBroken(waited, bytes)) {
            throw new TooSlow("The connection is too slow: " + bytes + " bytes passed in " + waited / 1_000_000_000
                    + " s of waiting. The minimum is " + rule.leastBytes() + " bytes a second, and the maximum "
                    + rule.longest().toSeconds() + " s of waiting.");
        }
        return count;
    }
}
