package io.attune.architecture;

import java.util.List;

/**
 * Two or three linear maps with an activation between.
 *
 * @param inner width between the maps
 * @param form the maps before the activation, and their weights
 * @param bias whether the maps have biases
 */
public record Mlp(int inner, Form form, Activation activation, boolean bias) implements FeedForward {

    /** The maps before the activation. */
    public enum Form {
        /** down(activation(up x)). */
        PLAIN,
        /** down(activation(gate x) * up x). */
        GATED,
        /** As GATED, with the rows of gate and up in one weight, gate first. */
        GATED_FUSED
    }

    @Override
    public List<Part> parts(int hidden) {
        Part down = Part.linear(Role.DOWN, inner, hidden, bias);
        return switch (form) {
            case PLAIN -> List.of(Part.linear(Role.UP, hidden, inner, bias), down);
            case GATED ->
                List.of(Part.linear(Role.GATE, hidden, inner, bias), Part.linear(Role.UP, hidden, inner, bias), down);
            case GATED_FUSED -> List.of(Part.linear(Role.GATE_UP, hidden, 2L * inner, bias), down);
        };
    }
}
