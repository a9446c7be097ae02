package io.attune.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * A mixture of MLPs. A router sends each token to a few of them (Shazeer et al. 2017). Adapters cover neither experts
 * nor router.
 *
 * @param count the number of experts
 * @param chosen the number of experts for one token
 * @param inner width of each expert
 * @param normalised whether the weights of the chosen experts sum to one
 * @param form how the weights of the experts are stored, and their activation
 */
public record Experts(int count, int chosen, int inner, boolean normalised, Form form) implements FeedForward {

    /** How experts compute. */
    public enum Form {
        /** Each expert has its own gate, up and down, with SiLU. */
        GATED,
        /**
         * The form of gpt-oss. All weights are in [experts, inputs, outputs]. Gate and up are in alternating columns,
         * with biases. Computes gate * sigmoid(1.702 gate) * (up + 1), with gate and up clamped to 7. The router has
         * a bias. Its weights are the softmax of the chosen logits.
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
