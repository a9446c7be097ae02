package io.attune.trainer;

import io.attune.setting.Hyperparameters;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rows of each step. Every epoch has its own order, derived from the seed. The last step of an epoch has the
 * remaining rows. Steps and epochs are counted from 1.
 */
record StepPlan(int rows, int batchSize, int steps, int stepsPerEpoch, long seed) {

    static StepPlan of(int rows, Hyperparameters settings, long seed) {
        int batchSize = settings.get(Hyperparameters.BATCH_SIZE);
        return new StepPlan(rows, batchSize, settings.steps(rows), settings.stepsPerEpoch(rows), seed);
    }

    int epoch(int step) {
        return (step - 1) / stepsPerEpoch + 1;
    }

    /** Whether an epoch, or the whole run, ends with this step. */
    boolean endsEpoch(int step) {
        return step % stepsPerEpoch == 0 || step == steps;
    }

    /** Returns the indices of the rows of a step. */
    List<Integer> rows(int step) {
        List<Integer> order = order(epoch(step));
        int start = (step - 1) % stepsPerEpoch * batchSize;
        return order.subList(start, Math.min(rows, start + batchSize));
    }

    private List<Integer> order(int epoch) {
        List<Integer> order = IntStream.range(0, rows).boxed().collect(Collectors.toList());
        Collections.shuffle(order, new Random(seed * 31 + epoch));
        return order;
    }
}
