package io.attune.pool;

import io.attune.estimate.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The live workers, for jobs that wait with one purpose.
 *
 * @param now the time of the database, in seconds since 1970
 * @param workers number of live workers
 * @param models base models that at least one of these workers has
 * @param slots slots for attempts with this purpose
 */
record Pool(double now, int workers, Set<String> models, List<PoolSlot> slots) {

    private static final double GIB = 1L << 30;
    private static final double MIB = 1L << 20;

    /** The reason why no slot can take the job; empty if a slot can take it, now or later. */
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

    /** Bytes of the largest slot of this kind among workers that have the model. */
    OptionalLong largest(Kind kind, String model) {
        return slots.stream()
                .filter(slot -> slot.kind() == kind && slot.models().contains(model))
                .mapToLong(PoolSlot::memory)
                .max();
    }

    /**
     * Rounds the needed size up and the available size down. The two texts then differ whenever the job does not
     * fit.
     */
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
