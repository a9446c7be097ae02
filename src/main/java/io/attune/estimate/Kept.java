package io.attune.estimate;

import java.util.List;

/**
 * A tensor that a layer keeps until its backward pass.
 *
 * @param numbers elements of the tensor for one unit of {@code per}
 * @param modules linear modules that read the tensor, by PEFT's names; empty unless {@code when} is INTO
 */
record Kept(Per per, long numbers, When when, List<String> modules) {

    /** The unit by which the size of the tensor grows. */
    enum Per {
        /** A token of a pack. One tensor holds the whole pack. */
        TOKEN,
        /** A token of a pack, as {@code TOKEN}, but in float32 on a GPU too. */
        FLOAT_TOKEN,
        /** A token of a pack. Each segment has its own tensor. */
        SEGMENT_TOKEN,
        /**
         * A token that a segment attends to. Each segment has its own tensor, so the tokens of a shared prefix count
         * for each row.
         */
        KEY,
        /** A token of a segment that is padded to chunks of 64 tokens, in float32. */
        CHUNK_TOKEN
    }

    /** The condition under which the tensor is kept. */
    enum When {
        ALWAYS,
        /** Only if all weights are trained. */
        WEIGHTS_TRAINED,
        /** Only if a module that reads the tensor is trained or has an adapter. */
        INTO
    }
}
