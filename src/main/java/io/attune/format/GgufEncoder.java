package io.attune.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Stores floats as a tensor type, bit for bit as Python's {@code gguf} does: F32, F16 (the nearest, ties to even), BF16 (the same), and
 * Q8_0, which keeps of each 32 elements the largest magnitude over 127 as d, and of each element q = x / d, the nearest, ties away from
 * zero. What is not a number stays so, though not with the same bits; where d is infinite or x / d is, q is 0.
 */
final class GgufEncoder {

    private static final int BLOCK = 32;

    private final GgufType type;
    private final WritableByteChannel out;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
    private final float[] block = new float[BLOCK];
    private int filled;

    /** @throws IllegalArgumentException for a type that is only read */
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

    /** Writes what is still held back. */
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

    /** The IEEE 754 half precision nearest to a float, ties to even; what is too large becomes infinite. */
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
        if (magnitude < 0x3880_0000) { // below 2^-14: a whole number of 2^-24, which rint rounds as is asked for
            return (short) (sign | (int) Math.rint(Math.abs(value) * 0x1p24));
        }
        int rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
        return (short) (sign | (rounded >> 13) - (112 << 10)); // a carry makes the next power, at the end infinity
    }
}
