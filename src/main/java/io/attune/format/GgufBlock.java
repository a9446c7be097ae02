package io.attune.format;

import java.nio.ByteBuffer;

/**
 * How one block of a tensor type is dequantised. All arithmetic is float32 and rounds after each operation, in the order in which ggml and
 * Python's {@code gguf} do it, so that every bit is theirs. A scale that is infinite or not a number gives what this arithmetic gives:
 * infinities, and NaN where theirs is NaN (which of the many NaNs is not promised).
 */
interface GgufBlock {

    /**
     * Reads the elements of one block into {@code out} from {@code at} on.
     *
     * @param in little-endian; its position moves behind the block
     */
    void decode(ByteBuffer in, float[] out, int at);
}
