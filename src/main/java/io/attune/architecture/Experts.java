package io.attune.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * A mixture of MLPs: a router gives each token to a few of them (Shazeer et al. 2017). Adapters leave experts and router alone.
 *
 * @param count how many there are
 * @param chosen how many a token goes to
 * @param inner width of each
 * @param normalised whether the chosen experts' weights sum to one
 * @param form how their weights are stored, and their activation
 */
public record Experts(int count, int chosen, int inner, boolean normalised, Form form) implements FeedForward {

    /** How experts compute. */
    public enum Form {
        /** Each has gate, up and down of its own, with SiLU. */
        GATED,
        /**
         * All in [experts, inputs, outputs], gate and up in alternating columns, with biases; gate * sigmoid(1.702 gate) * (up + 1), both
         * clamped to 7, as gpt-oss has it. The router has a bias, and weighs by the softmax of the chosen logits.
         */
        CLAMPED_FUSED
    }

    @Override
    public List<Part> parts(int hidden) {
        List<Part> parts = new ArrayList<>();
        boolean fused = form == Form.CLAMPED_FUSED;
        parts.add(Part.matrix(Role.ROUTER, -1, hidden, count, fused));
        if (fused) {
            parts.add(Part.parameter(Role.EXPERTS_GATE_UP, Weight.Init.NORMAL, count, hidden, 2L * inner));
            parts.add(Part.parameter(Role.EXPERTS_GATE_UP_BIAS, Weight.Init.ZEROS, count, 2L * inner));
            parts.add(Part.parameter(Role.EXPERTS_DOWN, Weight.Init.NORMAL, count, inner, hidden));
            parts.add(Part.parameter(Role.EXPERTS_DOWN_BIAS, Weight.Init.ZEROS, count, hidden));
            return parts;
        }
        for (int expert = 0; expert < count; expert++) {
            parts.add(Part.matrix(Role.EXPERT_GATE, expert, hidden, inner, false));
            parts.add(Part.matrix(Role.EXPERT_UP, expert, hidden, inner, false));
            parts.add(Part.matrix(Role.EXPERT_DOWN, expert, inner, hidden, false));
        }
        return parts;
    }
}
