package io.attune.format;

import java.nio.ByteBuffer;

/**
 * The tensor types of GGUF that Attune reads, with their blocks. All numbers are little-endian. q is the whole number
 * of an element; it is signed only in Q8_0.
 *
 * <pre>
 * Q8_0   | f16 d | 32 x i8 q                                            value = q * d
 * Q4_0   | f16 d | 16 bytes of nibbles                                  value = (q - 8) * d
 * Q4_1   | f16 d | f16 m | 16 bytes of nibbles                          value = q * d + m
 * Q5_0   | f16 d | u32 fifth bits | 16 bytes of nibbles                 value = (q - 16) * d
 * Q5_1   | f16 d | f16 m | u32 fifth bits | 16 bytes of nibbles         value = q * d + m
 * IQ4_NL | f16 d | 16 bytes of nibbles                                  value = table[q] * d
 * MXFP4  | u8 e  | 16 bytes of nibbles                                  value = e2m1[q] * 2^(e - 127)
 * </pre>
 *
 * <p>In the 16 bytes of such a block, the low nibbles are elements 0 to 15, and the high nibbles are elements 16 to
 * 31. Bit i of the fifth bits belongs to element i. Blocks of 256 elements have a scale s for each 16 elements (Q2_K,
 * Q3_K, Q6_K) or for each 32 elements. Some also have an offset o:
 *
 * <pre>
 * Q2_K   | 16 x (u4 s, u4 o) | 64 bytes of pairs | f16 d | f16 m        value = d * s * q - m * o
 * Q3_K   | 32 bytes of third bits | 64 bytes of pairs | 16 x u6 s | f16 d   value = d * (s - 32) * (q - 4)
 * Q4_K   | f16 d | f16 m | 8 x (u6 s, u6 o) | 128 bytes of nibbles      value = d * s * q - m * o
 * Q5_K   | as Q4_K, 32 bytes of fifth bits before the nibbles           value = d * s * q - m * o
 * Q6_K   | 128 bytes of nibbles | 64 bytes of upper pairs | 16 x i8 s | f16 d   value = d * s * (q - 32)
 * </pre>
 */
enum GgufType {
    F32(0, 1, 4, (in, out, at) -> out[at] = in.getFloat()),
    F16(1, 1, 2, (in, out, at) -> out[at] = float16(in.getShort())),
    Q4_0(2, 32, 18, GgufBlocks32::q4of0),
    Q4_1(3, 32, 20, GgufBlocks32::q4of1),
    Q5_0(6, 32, 22, GgufBlocks32::q5of0),
    Q5_1(7, 32, 24, GgufBlocks32::q5of1),
    Q8_0(8, 32, 34, GgufBlocks32::q8of0),
    Q2_K(10, 256, 84, GgufBlocks256::q2k),
    Q3_K(11, 256, 110, GgufBlocks256::q3k),
    Q4_K(12, 256, 144, GgufBlocks256::q4k),
    Q5_K(13, 256, 176, GgufBlocks256::q5k),
    Q6_K(14, 256, 210, GgufBlocks256::q6k),
    IQ4_NL(20, 32, 18, GgufBlocks32::iq4nl),
    BF16(30, 1, 2, (in, out, at) -> out[at] = Float.intBitsToFloat(in.getShort() << 16)),
    MXFP4(39, 32, 17, GgufBlocks32::mxfp4);

    private final int id;
    private final int blockElements;
    private final int blockBytes;
    private final GgufBlock block;

    GgufType(int id, int blockElements, int blockBytes, GgufBlock block) {
        this.id = id;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.block = block;
    }

    /** The number of the type in ggml. */
    int id() {
        return id;
    }

    /** The type with this number in ggml, or null if Attune does not read it. */
    static GgufType of(int id) {
        for (GgufType type : values()) {
            if (type.id == id) {
                return type;
            }
        }
        return null;
    }

    /** ggml's name of a type that Attune does not read. */
    static String nameOf(int id) {
        return switch (id) {
            case 9 -> "Q8_1";
            case 15 -> "Q8_K";
            case 16 -> "IQ2_XXS";
            case 17 -> "IQ2_XS";
            case 18 -> "IQ3_XXS";
            case 19 -> "IQ1_S";
            case 21 -> "IQ3_S";
            case 22 -> "IQ2_S";
            case 23 -> "IQ4_XS";
            case 24 -> "I8";
            case 25 -> "I16";
            case 26 -> "I32";
            case 27 -> "I64";
            case 28 -> "F64";
            case 29 -> "IQ1_M";
            case 34 -> "TQ1_0";
            case 35 -> "TQ2_0";
            case 40 -> "NVFP4";
            case 41 -> "Q1_0";
            default -> "number " + Integer.toUnsignedString(id);
        };
    }

    /** The number of elements in a block. A row holds a whole number of blocks. */
    int blockElements() {
        return blockElements;
    }

    /** The size of {@code elements} elements in bytes. They must be whole blocks. */
    long bytes(long elements) {
        return Math.multiplyExact(elements / blockElements, (long) blockBytes);
    }

    /**
     * Reads {@code count} elements from the buffer's position on; see {@link GgufBlock}.
     *
     * @param in little-endian; the method moves its position behind the elements
     */
    void decode(ByteBuffer in, float[] out, int count) {
        for (int at = 0; at < count; at += blockElements) {
            block.decode(in, out, at);
        }
    }

    /** IEEE 754 half precision to single, exactly. */
    static float float16(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int mantissa = bits & 0x3ff;
        float sign = bits < 0 ? -1f : 1f;
        if (exponent == 0) {
            return sign * mantissa * 0x1p-24f;
        }
        if (exponent == 0x1f) {
            return mantissa == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
        }
        return sign * Float.intBitsToFloat(exponent + 112 << 23 | mantissa << 13);
    }

    /** The bfloat16 nearest to a float, ties to even, as torch rounds. */
    static short bfloat16(float value) {
        if (Float.isNaN(value)) {
            return 0x7fc0;
        }
        int bits = Float.floatToRawIntBits(value);
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
