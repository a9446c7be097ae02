package io.attune.chaos;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How much of it.
 *
 * @param faults how long faults go on; the undisturbed trainings come before, the checks after
 * @param counts how often each fault comes
 * @param jobs at least
 * @param kinds of jobs
 * @param steps of a job
 * @param resumed attempts that have to have gone on from a checkpoint, at least
 * @param patience with the last jobs, once nothing disturbs them any more
 */
record Scale(
        Duration faults,
        Map<Fault, Integer> counts,
        int jobs,
        List<JobKind> kinds,
        int steps,
        int resumed,
        Duration patience) {

    private static final Duration LONG = Duration.ofMinutes(15);

    /** The long form for a quarter of an hour; a part of it for less time, but each fault once, and eight kills. */
    static Scale of(Duration faults) {
        double part = Math.min(1, (double) faults.toSeconds() / LONG.toSeconds());
        Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            counts.put(fault, (int) Math.max(1, Math.ceil(fault.often() * part)));
        }
        counts.merge(Fault.KILL_TRAINER, 3, Math::max);
        counts.merge(Fault.KILL_WORKER, 3, Math::max);
        boolean brief = faults.toMinutes() < 3;
        return new Scale(
                faults,
                counts,
                (int) Math.max(6, Math.ceil(40 * part)),
                brief ? JobKind.ALL.subList(0, 2) : JobKind.ALL,
                brief ? 60 : 100,
                brief ? 1 : (int) Math.ceil(20 * part), // short trainings are often killed before their first one
                brief ? Duration.ofMinutes(3) : Duration.ofMinutes(8));
    }

    int kills() {
        return counts.entrySet().stream()
                .filter(count -> count.getKey().kill())
                .mapToInt(Map.Entry::getValue)
                .sum();
    }
}
