package io.attune.architecture;

import java.util.List;

/** What a layer does to each token by itself. */
public sealed interface FeedForward permits Mlp, Experts {

    /** Its weights, in the order of the forward pass. */
    List<Part> parts(int hidden);
}
