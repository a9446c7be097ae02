package io.attune.format;

import java.nio.ByteBuffer;

/**
 * The tensor types of GGUF that are read, with their blocks (all little-endian):
 *
 * <pre>
 * Q8_0  | f16 d          | 32 x i8 q |             value = q * d
 * Q4_0  | f16 d          | 16 bytes of nibbles |   value = (q - 8) * d
 * Q4_1  | f16 d | f16 m  | 16 bytes of nibbles |   value = q * d + m
 * </pre>
 *
 * Of a block's 16 bytes the low nibbles are elements 0 to 15, the high nibbles 16 to 31.
 */
enum GgufType {
    F32(0, 1, 4),
    F16(1, 1, 2),
    Q4_0(2, 32, 18),
    Q4_1(3, 32, 20),
    Q8_0(8, 32, 34),
    BF16(30, 1, 2);

    private final int id;
    private final int blockElements;
    private final int blockBytes;

    GgufType(int id, int blockElements, int blockBytes) {
        this.id = id;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** The type with ggml's number, or null. */
    static GgufType of(int id) {
        for (GgufType type : values()) {
            if (type.id == id) {
                return type;
            }
        }
        return null;
    }

    /** What ggml calls a type that is not read here. */
    static String nameOf(int id) {
        return switch (id) {
            case 6 -> "Q5_0";
            case 7 -> "Q5_1";
            case 9 -> "Q8_1";
            case 10 -> "Q2_K";
            case 11 -> "Q3_K";
            case 12 -> "Q4_K";
            case 13 -> "Q5_K";
            case 14 -> "Q6_K";
            case 15 -> "Q8_K";
            case 16 -> "IQ2_XXS";
            case 17 -> "IQ2_XS";
            case 18 -> "IQ3_XXS";
            case 19 -> "IQ1_S";
            case 20 -> "IQ4_NL";
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
            case 39 -> "MXFP4";
            default -> "number " + Integer.toUnsignedString(id);
        };
    }

    /** Elements that are stored together; a row holds a whole number of blocks. */
    int blockElements() {
        return blockElements;
    }

    /** Bytes of that many elements, which are whole blocks. */
    long bytes(long elements) {
        return Math.multiplyExact(elements / blockElements, (long) blockBytes);
    }

    /**
     * Reads {@code count} elements from the buffer's position on, in ggml's own float32 arithmetic.
     *
     * @param in little-endian; its position moves behind what was read
     */
    void decode(ByteBuffer in, float[] out, int count) {
        for (int at = 0; at < count; at += blockElements) {
            switch (this) {
                case F32 -> out[at] = in.getFloat();
                case F16 -> out[at] = float16(in.getShort());
                case BF16 -> out[at] = Float.intBitsToFloat(in.getShort() << 16);
                case Q8_0 -> {
                    float d = float16(in.getShort());
                    for (int i = 0; i < 32; i++) {
                        out[at + i] = in.get() * d;
                    }
                }
                case Q4_0 -> {
                    float d = float16(in.getShort());
                    for (int i = 0; i < 16; i++) {
                        int nibbles = in.get();
                        out[at + i] = ((nibbles & 15) - 8) * d;
                        out[at + i + 16] = ((nibbles >> 4 & 15) - 8) * d;
                    }
                }
                case Q4_1 -> {
                    float d = float16(in.getShort());
                    float m = float16(in.getShort());
                    for (int i = 0; i < 16; i++) {
                        int nibbles = in.get();
                        out[at + i] = (nibbles & 15) * d + m;
                        out[at + i + 16] = (nibbles >> 4 & 15) * d + m;
                    }
                }
            }
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
