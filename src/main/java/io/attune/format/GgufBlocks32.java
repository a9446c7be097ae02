package io.attune.format;

import java.nio.ByteBuffer;

/** Dequantises blocks of 32 elements; {@link GgufType} draws them. */
final class GgufBlocks32 {

    private static final byte[] IQ4_NL_VALUES = {
        -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
    };
    private static final byte[] E2M1_DOUBLED = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

    private GgufBlocks32() {}

    static void q4of0(ByteBuffer in, float[] out, int at) {
        float d = GgufType.float16(in.getShort());
        for (int i = 0; i < 16; i++) {
            int nibbles = in.get();
            out[at + i] = ((nibbles & 15) - 8) * d;
            out[at + i + 16] = ((nibbles >> 4 & 15) - 8) * d;
        }
    }

    static void q4of1(ByteBuffer in, float[] out, int at) {
        float d = GgufType.float16(in.getShort());
        float m = GgufType.float16(in.getShort());
        for (int i = 0; i < 16; i++) {
            int nibbles = in.get();
            out[at + i] = (nibbles & 15) * d + m;
            out[at + i + 16] = (nibbles >> 4 & 15) * d + m;
        }
    }

    static void q5of0(ByteBuffer in, float[] out, int at) {
        float d = GgufType.float16(in.getShort());
        int fifth = in.getInt();
        for (int i = 0; i < 16; i++) {
            int nibbles = in.get();
            out[at + i] = ((nibbles & 15 | bit(fifth, i) << 4) - 16) * d;
            out[at + i + 16] = ((nibbles >> 4 & 15 | bit(fifth, i + 16) << 4) - 16) * d;
        }
    }

    static void q5of1(ByteBuffer in, float[] out, int at) {
        float d = GgufType.float16(in.getShort());
        float m = GgufType.float16(in.getShort());
        int fifth = in.getInt();
        for (int i = 0; i < 16; i++) {
            int nibbles = in.get();
            out[at + i] = (nibbles & 15 | bit(fifth, i) << 4) * d + m;
            out[at + i + 16] = (nibbles >> 4 & 15 | bit(fifth, i + 16) << 4) * d + m;
        }
    }

    static void q8of0(ByteBuffer in, float[] out, int at) {
        float d = GgufType.float16(in.getShort());
        for (int i = 0; i < 32; i++) {
            out[at + i] = in.get() * d;
        }
    }

    static void iq4nl(ByteBuffer in, float[] out, int at) {
        lookedUp(in, IQ4_NL_VALUES, GgufType.float16(in.getShort()), out, at);
    }

    static void mxfp4(ByteBuffer in, float[] out, int at) {
        lookedUp(in, E2M1_DOUBLED, halfOfPower(in.get() & 0xff), out, at);
    }

    /** 2^(exponent - 128), exactly: half of 2^(exponent - 127), as the table holds doubled values. */
    private static float halfOfPower(int exponent) {
        return Float.intBitsToFloat(exponent < 2 ? 0x00200000 << exponent : exponent - 1 << 23);
    }

    private static void lookedUp(ByteBuffer in, byte[] values, float d, float[] out, int at) {
        for (int i = 0; i < 16; i++) {
            int nibbles = in.get();
            out[at + i] = values[nibbles & 15] * d;
            out[at + i + 16] = values[nibbles >> 4 & 15] * d;
        }
    }

    private static int bit(int bits, int number) {
        return bits >>> number & 1;
    }
}
