package io.attune.architecture;

import java.util.List;

/** The part of a layer through which tokens see the tokens before them. */
public sealed interface Mixer permits Attention, DeltaNet {

    /** The weights of the part, in the order of the forward pass. */
    List<Part> parts(int hidden);

    /** The shapes of the state that decoding keeps for one sequence; {@code capacity} in tokens. */
    List<long[]> cache(int capacity);
}
