package io.attune.pool;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * When jobs are likely to start: one after the other, in the order of the queue, each is given to that slot among those it fits that is free
 * first, and keeps it for as long as such jobs took before. So a job never starts before one ahead of it that fits the same slots.
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

    /** Of the next job in the queue: seconds since 1970, not in the past; null where it fits no slot, or nothing is known. */
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
