package io.attune.pool;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Calculates expected start times. Takes the jobs in the order of the queue. Each job gets the slot that is free
 * first among the slots that it fits, and keeps it for the usual duration. Therefore no job starts before an
 * earlier job that fits the same slots.
 */
final class StartTimes {

    private static final double UNKNOWN = Double.POSITIVE_INFINITY;

    private final Pool pool;
    private final Durations durations;
    private final double[] freeAt;
    private final Map<Demand, int[]> fitting = new HashMap<>();

    StartTimes(Pool pool, Durations durations) {
        this.pool = pool;
        this.durations = durations;
        this.freeAt = pool.slots().stream()
                .mapToDouble(slot -> slot.freeAt() == null ? UNKNOWN : slot.freeAt())
                .toArray();
    }

    /**
     * The start time of the next job in the queue, in seconds since 1970, not in the past. Null if the job fits no
     * slot, or if the time is not known.
     */
    Long next(Demand demand) {
        int[] slots = fitting.computeIfAbsent(demand, this::slotsFor);
        int first = -1;
        for (int slot : slots) {
            if (first < 0 || freeAt[slot] < freeAt[first]) {
                first = slot;
            }
        }
        if (first < 0 || freeAt[first] == UNKNOWN) {
            return null;
        }
        double start = freeAt[first];
        Double seconds = durations.of(demand.model());
        freeAt[first] = seconds == null ? UNKNOWN : start + seconds;
        return (long) start;
    }

    private int[] slotsFor(Demand demand) {
        List<PoolSlot> slots = pool.slots();
        return IntStream.range(0, slots.size())
                .filter(slot -> demand.fits(slots.get(slot)))
                .toArray();
    }
}
