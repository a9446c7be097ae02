package io.attune.architecture;

import java.util.List;

/** What lets a layer's tokens see those before them. */
public sealed interface Mixer permits Attention, DeltaNet {

    /** Its weights, in the order of the forward pass. */
    List<Part> parts(int hidden);

    /** Shapes of what it keeps of one sequence for decoding; {@code capacity} in tokens. */
    List<long[]> cache(int capacity);
}
