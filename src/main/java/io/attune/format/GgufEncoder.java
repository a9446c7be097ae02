package io.attune.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Stores floats as a tensor type. Every bit is equal to what Python's {@code gguf} writes. F32 stores each float
 * unchanged. F16 and BF16 store the nearest value, ties to even. Q8_0 works on 32 elements at a time: d is the
 * largest magnitude divided by 127, and each element is stored as q = x / d, rounded to the nearest whole number,
 * ties away from zero. NaN stays NaN, though its bits may differ. In Q8_0, q is 0 where d or x / d is not finite.
 */
final class GgufEncoder {

    private static final int BLOCK = 32;

    private final GgufType type;
    private final WritableByteChannel out;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
    private final float[] block = new float[BLOCK];
    private int filled;

    /** @throws IllegalArgumentException for a type that Attune only reads */
    GgufEncoder(GgufType type, WritableByteChannel out) {
        if (type != GgufType.F32 && type != GgufType.F16 && type != GgufType.BF16 && type != GgufType.Q8_0) {
            throw new IllegalArgumentException("tensors of type " + type + " are not written");
        }
        this.type = type;
        this.out = out;
    }

    /** Stores the first {@code count} values. */
    void put(float[] values, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            if (buffer.remaining() < 34) {
                flush();
            }
            switch (type) {
                case F32 -> buffer.putFloat(values[i]);
                case F16 -> buffer.putShort(float16(values[i]));
                case BF16 -> buffer.putShort(GgufType.bfloat16(values[i]));
                default -> {
                    block[filled++] = values[i];
                    if (filled == BLOCK) {
                        putBlock();
                        filled = 0;
                    }
                }
            }
        }
    }

    /**
     * Writes the rest of the buffer.
     *
     * @throws IllegalArgumentException if the last block is not full
     */
    void end() throws IOException {
        if (filled != 0) {
            throw new IllegalArgumentException(filled + " elements are no block of " + type);
        }
        flush();
    }

    private void flush() throws IOException {
        SafetensorsWriter.writeFully(out, buffer.flip());
        buffer.clear();
    }

    private void putBlock() {
        float largest = 0;
        for (float value : block) {
            largest = Math.max(largest, Math.abs(value));
        }
        float d = largest / 127;
        float inverse = d == 0 ? 0 : 1 / d;
        buffer.putShort(float16(d));
        for (float value : block) {
            float q = value * inverse;
            buffer.put(Float.isFinite(q) ? (byte) rounded(q) : 0);
        }
    }

    /** The nearest whole number, ties away from zero. */
    private static int rounded(float value) {
        int towardsZero = (int) value;
        return Math.abs(value - towardsZero) >= 0.5f ? towardsZero + (value < 0 ? -1 : 1) : towardsZero;
    }

    /** The IEEE 754 half precision value nearest to a float, ties to even. Too large values become infinite. */
    static short float16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fff_ffff;
        if (magnitude > 0x7f80_0000) {
            return (short) (sign | 0x7e00); // not a number
        }
        if (magnitude >= 0x4780_0000) {
            return (short) (sign | 0x7c00); // 65536 and more
        }
        if (magnitude < 0x3880_0000) { // below 2^-14 the steps are 2^-24; rint rounds ties to even
            return (short) (sign | (int) Math.rint(Math.abs(value) * 0x1p24));
        }
        int rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
        return (short) (sign | (rounded >> 13) - (112 << 10)); // a carry gives the next power of two, at last infinity
    }
}
