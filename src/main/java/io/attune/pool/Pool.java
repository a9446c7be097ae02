package io.attune.pool;

import io.attune.estimate.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The workers that are up, as seen by jobs that wait for one purpose.
 *
 * @param now the database's time, in seconds since 1970
 * @param workers how many are up
 * @param models base models that any of them has
 * @param slots that take jobs of the purpose
 */
record Pool(double now, int workers, Set<String> models, List<PoolSlot> slots) {

    private static final double GIB = 1L << 30;
    private static final double MIB = 1L << 20;

    /** Empty if some slot could take the job, now or when it is free. */
    Optional<Unschedulable> unschedulable(Demand demand) {
        if (slots.stream().anyMatch(demand::fits)) {
            return Optional.empty();
        }
        if (workers == 0) {
            return Optional.of(new Unschedulable(Unschedulable.Reason.NO_WORKER, "No worker is up."));
        }
        String model = "the model `" + demand.model() + "`";
        if (!models.contains(demand.model())) {
            return Optional.of(
                    new Unschedulable(Unschedulable.Reason.MODEL, "No worker that is up has " + model + "."));
        }
        List<String> needs = new ArrayList<>();
        List<String> largest = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            largest(kind, demand.model()).ifPresent(memory -> {
                String where = kind == Kind.CPU ? " on the CPU" : " on a GPU";
                needs.add(size(demand.memory(kind), true) + where);
                largest.add(size(memory, false));
            });
        }
        if (largest.isEmpty()) {
            return Optional.of(new Unschedulable(
                    Unschedulable.Reason.DEVICE,
                    "No worker that is up and has " + model + " has a device to train on."));
        }
        return Optional.of(new Unschedulable(
                Unschedulable.Reason.MEMORY,
                "It needs " + String.join(" or ", needs) + ", and the largest slot of a worker that has " + model
                        + " has " + String.join(" or ", largest) + "."));
    }

    /** Bytes of the largest slot of that kind among workers that have the model. */
    OptionalLong largest(Kind kind, String model) {
        return slots.stream()
                .filter(slot -> slot.kind() == kind && slot.models().contains(model))
                .mapToLong(PoolSlot::memory)
                .max();
    }

    /** What is needed is rounded up, and what is there down, so that they never look alike where it does not fit. */
    private static String size(long bytes, boolean up) {
        double unit = bytes < GIB ? MIB : GIB;
        double tenths = bytes * 10 / unit;
        return String.format(
                Locale.ROOT,
                "%.1f %s",
                (up ? Math.ceil(tenths) : Math.floor(tenths)) / 10,
                unit == GIB ? "GiB" : "MiB");
    }
}
