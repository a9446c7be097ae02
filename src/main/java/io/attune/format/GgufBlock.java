package io.attune.format;

import java.nio.ByteBuffer;

/**
 * Dequantises one block of a tensor type. All arithmetic is float32. The order of the operations and the rounding
 * after each operation are those of ggml and of Python's {@code gguf}, so every bit is equal to theirs. An infinite
 * scale, or a scale that is not a number, follows the same arithmetic: the result is infinite or NaN where theirs is.
 * The bits of a NaN may differ.
 */
interface GgufBlock {

    /**
     * Reads the elements of one block into {@code out}, from index {@code at} on.
     *
     * @param in little-endian; the method moves its position behind the block
     */
    void decode(ByteBuffer in, float[] out, int at);
}
