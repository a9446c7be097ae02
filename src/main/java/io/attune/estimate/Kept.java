package io.attune.estimate;

import java.util.List;

/**
 * A tensor that a layer keeps until its backward pass.
 *
 * @param numbers of it for one of {@code per}
 * @param modules linear modules that it goes into, by PEFT's names; empty unless {@code when} is INTO
 */
record Kept(Per per, long numbers, When when, List<String> modules) {

    /** What it has so many numbers for. */
    enum Per {
        /** Each token of a pack, in one tensor. */
        TOKEN,
        /** The same, in float32 on a GPU too. */
        FLOAT_TOKEN,
        /** Each token, in a tensor for every segment. */
        SEGMENT_TOKEN,
        /** Each token that is attended to, in a tensor for every segment: those of a shared prefix count for each row. */
        KEY,
        /** Each token of a segment that is filled up to chunks of 64, in float32. */
        CHUNK_TOKEN
    }

    /** When it is kept. */
    enum When {
        ALWAYS,
        /** Only where all weights are trained. */
        WEIGHTS_TRAINED,
        /** Only where a module that it goes into is trained or adapted. */
        INTO
    }
}
