package io.attune.format;

import java.nio.ByteBuffer;

/**
 * Dequantises the "K" blocks of 256 elements; {@link GgufType} draws them. The elements lie in stripes of 32. Element
 * i takes its bits from byte i % 32 of a row of bytes. The number of its stripe, i / 32, selects the bits in that
 * byte.
 */
final class GgufBlocks256 {

    private GgufBlocks256() {}

    static void q2k(ByteBuffer in, float[] out, int at) {
        int scales = in.position();
        int pairs = scales + 16;
        float d = GgufType.float16(in.getShort(pairs + 64));
        float min = GgufType.float16(in.getShort(pairs + 66));
        for (int group = 0; group < 16; group++) {
            int packed = in.get(scales + group);
            float scale = d * (packed & 15);
            float offset = min * (packed >> 4 & 15);
            for (int i = group * 16; i < group * 16 + 16; i++) {
                out[at + i] = scale * pair(in, pairs, i) - offset;
            }
        }
        in.position(pairs + 68);
    }

    static void q3k(ByteBuffer in, float[] out, int at) {
        int thirds = in.position();
        int pairs = thirds + 32;
        int scales = pairs + 64;
        float d = GgufType.float16(in.getShort(scales + 12));
        for (int group = 0; group < 16; group++) {
            int low = in.get(scales + group % 8) >> group / 8 * 4 & 15;
            int high = in.get(scales + 8 + group % 4) >> group / 4 * 2 & 3;
            float scale = d * ((low | high << 4) - 32);
            for (int i = group * 16; i < group * 16 + 16; i++) {
                int third = in.get(thirds + i % 32) >> i / 32 & 1;
                out[at + i] = scale * (pair(in, pairs, i) + third * 4 - 4);
            }
        }
        in.position(scales + 14);
    }

    static void q4k(ByteBuffer in, float[] out, int at) {
        int start = in.position();
        int nibbles = start + 16;
        for (int group = 0; group < 8; group++) {
            float scale = scale(in, start, group);
            float offset = offset(in, start, group);
            for (int i = group * 32; i < group * 32 + 32; i++) {
                out[at + i] = scale * nibble(in, nibbles, i, 32) - offset;
            }
        }
        in.position(nibbles + 128);
    }

    static void q5k(ByteBuffer in, float[] out, int at) {
        int start = in.position();
        int fifths = start + 16;
        int nibbles = fifths + 32;
        for (int group = 0; group < 8; group++) {
            float scale = scale(in, start, group);
            float offset = offset(in, start, group);
            for (int i = group * 32; i < group * 32 + 32; i++) {
                int fifth = in.get(fifths + i % 32) >> group & 1;
                out[at + i] = scale * (nibble(in, nibbles, i, 32) | fifth << 4) - offset;
            }
        }
        in.position(nibbles + 128);
    }

    static void q6k(ByteBuffer in, float[] out, int at) {
        int nibbles = in.position();
        int pairs = nibbles + 128;
        int scales = pairs + 64;
        float d = GgufType.float16(in.getShort(scales + 16));
        for (int group = 0; group < 16; group++) {
            float scale = d * in.get(scales + group);
            for (int i = group * 16; i < group * 16 + 16; i++) {
                out[at + i] = scale * ((nibble(in, nibbles, i, 64) | pair(in, pairs, i) << 4) - 32);
            }
        }
        in.position(scales + 18);
    }

    /**
     * Two bits of element i: in 32 bytes, the lowest two bits hold 32 elements, the next two bits hold the next 32,
     * and so on.
     */
    private static int pair(ByteBuffer in, int pairs, int i) {
        return in.get(pairs + i / 128 * 32 + i % 32) >> i / 32 % 4 * 2 & 3;
    }

    /**
     * Four bits of element i: in {@code row} bytes, the low nibbles hold {@code row} elements, and the high nibbles
     * hold the next {@code row}.
     */
    private static int nibble(ByteBuffer in, int nibbles, int i, int row) {
        return in.get(nibbles + i / (2 * row) * row + i % row) >> i / row % 2 * 4 & 15;
    }

    /**
     * The scale of a group of 32 elements in Q4_K and Q5_K. Twelve bytes hold eight 6-bit scales (a to h) and eight
     * 6-bit offsets (A to H), with the highest bit first:
     *
     * <pre>
     * bytes 0-3  | eeaaaaaa ffbbbbbb ggcccccc hhdddddd |   upper two bits of e to h
     * bytes 4-7  | EEAAAAAA FFBBBBBB GGCCCCCC HHDDDDDD |   upper two bits of E to H
     * bytes 8-11 | EEEEeeee FFFFffff GGGGgggg HHHHhhhh |   lower four bits of both
     * </pre>
     *
     * @param start of the block: the position of d and min
     */
    private static float scale(ByteBuffer in, int start, int group) {
        int scales = start + 4;
        int six = group < 4
                ? in.get(scales + group) & 63
                : in.get(scales + 4 + group) & 15 | in.get(scales + group - 4) >> 2 & 0x30;
        return GgufType.float16(in.getShort(start)) * six;
    }

    /** The offset of a group, which the arithmetic subtracts; see {@link #scale}. */
    private static float offset(ByteBuffer in, int start, int group) {
        int scales = start + 4;
        int six = group < 4
                ? in.get(scales + 4 + group) & 63
                : in.get(scales + 4 + group) >> 4 & 15 | in.get(scales + group) >> 2 & 0x30;
        return GgufType.float16(in.getShort(start + 2)) * six;
    }
}
