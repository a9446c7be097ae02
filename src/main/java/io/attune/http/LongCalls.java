package io.attune.http;

import io.attune.api.ApiException;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the calls that hold a thread for long, in total and per caller. Keeps the other threads free for short
 * calls.
 */
final class LongCalls {

    private static final int RETRY_AFTER = 2; // s

    /** The place of a call; {@link #close} returns it. */
    final class Place implements AutoCloseable {

        private final String caller;
        private boolean taken = true;

        private Place(String caller) {
            this.caller = caller;
        }

        @Override
        public void close() {
            synchronized (LongCalls.this) {
                if (taken) {
                    taken = false;
                    all--;
                    byCaller.computeIfPresent(caller, (name, calls) -> calls == 1 ? null : calls - 1);
                }
            }
        }
    }

    private final int most;
    private final int mostOfOne;
    private final Map<String, Integer> byCaller = new HashMap<>();
    private int all;

    /** @param most maximum number of concurrent calls; one caller may have half of them */
    LongCalls(int most) {
        if (most < 2) {
            throw new IllegalArgumentException("ATTUNE_LONG_CALLS must be 2 or more, not " + most);
        }
        this.most = most;
        this.mostOfOne = most / 2;
    }

    /**
     * Takes a place.
     *
     * @param caller an API key's id, or an address
     * @throws ApiException if this caller has too many calls, or all places are taken
     */
    synchronized Place enter(String caller) {
        int others = byCaller.getOrDefault(caller, 0);
        if (others >= mostOfOne) {
            throw ApiException.busy(
                    "too_many_calls",
                    "This key has " + others
                            + " uploads, downloads, long lists and unfinished bodies under way, and may have "
                            + mostOfOne + ". Wait until one of them has ended.",
                    RETRY_AFTER);
        }
        if (all >= most) {
            throw ApiException.overloaded(
                    "The service has the maximum number of uploads, downloads and long lists under way. Repeat the"
                            + " request a little later.",
                    RETRY_AFTER);
        }
        byCaller.put(caller, others + 1);
        all++;
        return new Place(caller);
    }

    synchronized int underWay() {
        return all;
    }
}
