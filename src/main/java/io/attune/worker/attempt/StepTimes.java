package io.attune.worker.attempt;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Durations of the newest steps. */
final class StepTimes {

    private static final int KEPT = 64;

    private final Deque<Double> seconds = new ArrayDeque<>();

    void add(double step) {
        if (seconds.size() == KEPT) {
            seconds.removeFirst();
        }
        seconds.addLast(step);
    }

    /** Seconds; 0 before the first step. */
    double median() {
        double[] sorted =
                seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    /** The time of ten median steps, but at least {@code shortest}. A trainer that is silent for longer hangs. */
    Duration longestSilence(Duration shortest) {
        Duration tenSteps = Duration.ofMillis((long) (median() * 10_000));
        return tenSteps.compareTo(shortest) > 0 ? tenSteps : shortest;
    }
}
