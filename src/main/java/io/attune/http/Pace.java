package io.attune.http;

import java.io.IOException;
import java.time.Duration;

/**
 * The pace of one body or one answer. Only the time counts in which a thread waited for the client, so neither slow work here nor a full queue
 * makes a client slow.
 */
final class Pace {

    /**
     * What is expected of clients.
     *
     * @param grace waiting that no client has to account for
     * @param leastBytes per second of waiting beyond that, on average
     * @param longest waiting in all
     */
    record Rule(Duration grace, long leastBytes, Duration longest) {

        private boolean isBroken(long waited, long bytes) {
            long owed = waited - grace.toNanos();
            return waited > longest.toNanos() || owed > 0 && bytes / (double) leastBytes < owed / 1e9;
        }
    }

    /** What waits for the client; gives how many bytes have passed, or less than 0 at the end. */
    interface Step {
        int run() throws IOException;
    }

    private final Rule rule;
    private long waited; // ns
    private long bytes;

    Pace(Rule rule) {
        this.rule = rule;
    }

    /** The client broke the rule. */
    static final class TooSlow extends IOException {

        private static final long serialVersionUID = 1L;

        private TooSlow(String message) {
            super(message);
        }
    }

    /** Does a step and counts it. @throws TooSlow when the client breaks the rule with it */
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
                    + " s of waiting; " + rule.leastBytes() + " bytes a second are the least, and "
                    + rule.longest().toSeconds() + " s the most.");
        }
        return count;
    }
}
