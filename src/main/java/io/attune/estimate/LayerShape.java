package io.attune.estimate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The sizes of layers that are alike.
 *
 * @param count how many there are
 * @param modules the linear modules of one
 * @param kept what one keeps until its backward pass, but for what is of pairs of tokens
 * @param pairs what it keeps of pairs
 * @param feeding numbers of a token that its feed-forward part has several times at once
 * @param mixing numbers of a token that its mixer has at once beside what is kept
 * @param copies numbers of gradients of whole weights that it has at once beside the gradients themselves
 */
record LayerShape(
        int count,
        List<Linear> modules,
        List<Kept> kept,
        Pairs pairs,
        long feeding,
        long mixing,
        @JsonProperty("weight_copies") long copies) {

    /** A linear module. @param name as PEFT's {@code target_modules} has it */
    record Linear(String name, int inputs, int outputs) {}

    /**
     * What is computed of each query and each key that it may look at.
     *
     * @param scores numbers that are kept of a pair in any case, as scores are of each head where no fused kernel computes them
     * @param mask numbers that are kept where a mask is needed: for a shared prefix, or rows longer than the window
     * @param window tokens that a token sees; 0 for all
     */
    record Pairs(int scores, int mask, int window) {

        static final Pairs NONE = new Pairs(0, 0, 0);

        /** As {@code model.Kernel} has it. */
        private static final int SMALLEST_BLOCK = 256;

        /** Numbers that are kept of a segment. */
        long kept(long queries, long keys) {
            boolean masked = keys > queries || narrow(keys);
            long each = scores + (masked ? mask : 0);
            return each == 0 ? 0 : each * count(queries, keys);
        }

        /** Numbers that are computed at once. */
        long atOnce(long queries, long keys) {
            long block = narrow(keys) ? Math.min(queries, block()) : queries;
            return scores == 0 ? 0 : scores * block * Math.min(keys, narrow(keys) ? block + window : keys);
        }

        /** Pairs that are looked at, block by block. */
        private long count(long queries, long keys) {
            if (!narrow(keys)) {
                return queries * keys;
            }
            long before = keys - queries;
            long pairs = 0;
            for (long start = 0; start < queries; start += block()) {
                long end = Math.min(queries, start + block());
                pairs += (end - start) * (before + end - Math.max(0, before + start - window + 1));
            }
            return pairs;
        }

        private boolean narrow(long keys) {
            return window > 0 && keys > window;
        }

        private int block() {
            return Math.max(SMALLEST_BLOCK, window);
        }
    }

    /** Numbers that are trained in one layer by adapters of rank 1 on these modules. */
    long adapterNumbers(List<String> targets) {
        return modules.stream()
                .filter(module -> targets.contains(module.name()))
                .mapToLong(module -> (long) module.inputs() + module.outputs())
                .sum();
    }

    /** How many of its modules have an adapter. */
    long adapters(List<String> targets) {
        return modules.stream()
                .filter(module -> targets.contains(module.name()))
                .count();
    }
}
