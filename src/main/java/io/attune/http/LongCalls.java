package io.attune.http;

import io.attune.api.ApiException;
import java.util.HashMap;
import java.util.Map;

/** Counts the threads that calls may hold for long, all together and for each caller. The rest of the threads is left to short calls. */
final class LongCalls {

    private static final int RETRY_AFTER = 2; // s

    /** A call's place; closing gives it back. */
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

    /** @param most calls at a time; one caller may have half of them */
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
     * @throws ApiException when there is none for this caller, or none at all
     */
    synchronized Place enter(String caller) {
        int others = byCaller.getOrDefault(caller, 0);
        if (others >= mostOfOne) {
            throw ApiException.busy(
                    "too_many_calls",
                    "This key has " + others
                            + " uploads, downloads, long lists and unfinished bodies under way, and may" + " have "
                            + mostOfOne + ". Wait until one has ended.",
                    RETRY_AFTER);
        }
        if (all >= most) {
            throw ApiException.overloaded(
                    "As many uploads, downloads and long lists are under way as there may be. Repeat the request a"
                            + " little later.",
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
