package io.attune.architecture;

import java.util.List;

/** The part of a layer that computes each token by itself. */
public sealed interface FeedForward permits Mlp, Experts {

    /** The weights of the part, in the order of the forward pass. */
    List<Part> parts(int hidden);
}
