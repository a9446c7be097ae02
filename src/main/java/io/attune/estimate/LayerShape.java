package io.attune.estimate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The sizes of a group of equal layers.
 *
 * @param count number of layers in the group
 * @param modules the linear modules of one layer
 * @param kept the tensors that one layer keeps until its backward pass, without the tensors per pair of tokens
 * @param pairs the elements that one layer computes and keeps per pair of tokens
 * @param feeding elements per token of the feed-forward part, which has several such tensors at once
 * @param mixing elements per token that the mixer has at once, beside the kept tensors
 * @param copies elements of gradients of whole weights that exist at once, beside the final gradients
 */
record LayerShape(
        int count,
        List<Linear> modules,
        List<Kept> kept,
        Pairs pairs,
        long feeding,
        long mixing,
        @JsonProperty("weight_copies") long copies) {

    /**
     * A linear module of a layer.
     *
     * @param name the name in PEFT's {@code target_modules}
     * @param inputs elements of its input per token
     * @param outputs elements of its output per token
     */
    record Linear(String name, int inputs, int outputs) {}

    /**
     * The elements that a layer computes for each pair of a query and a key that the query may see.
     *
     * @param scores elements that are always kept per pair: the scores of each head, if no fused kernel computes them
     * @param mask elements that are kept per pair if a mask is needed: for a shared prefix, or for rows longer than
     *     the window
     * @param window number of tokens that a token may see; 0 for all
     */
    record Pairs(int scores, int mask, int window) {

        static final Pairs NONE = new Pairs(0, 0, 0);

        /** The same value as in {@code model.Kernel}. */
        private static final int SMALLEST_BLOCK = 256;

        /** Returns the elements that are kept for a segment. */
        long kept(long queries, long keys) {
            boolean masked = keys > queries || narrow(keys);
            long each = scores + (masked ? mask : 0);
            return each == 0 ? 0 : each * count(queries, keys);
        }

        /** Returns the elements that exist at once during the computation. */
        long atOnce(long queries, long keys) {
            long block = narrow(keys) ? Math.min(queries, block()) : queries;
            return scores == 0 ? 0 : scores * block * Math.min(keys, narrow(keys) ? block + window : keys);
        }

        /** Returns the number of pairs that are computed, block by block. */
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

    /** Returns the number of trained elements in one layer with adapters of rank 1 on these modules. */
    long adapterNumbers(List<String> targets) {
        return modules.stream()
                .filter(module -> targets.contains(module.name()))
                .mapToLong(module -> (long) module.inputs() + module.outputs())
                .sum();
    }

    /** Returns how many modules of one layer have an adapter. */
    long adapters(List<String> targets) {
        return modules.stream()
                .filter(module -> targets.contains(module.name()))
                .count();
    }
}
