package io.attune.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/**
 * Reads the weights of experts that a checkpoint holds as MXFP4 (OCP Microscaling Formats 1.0), such as gpt-oss. Two
 * tensors stand for the weight NAME [experts, inputs, outputs]:
 *
 * <pre>
 * NAME_blocks  U8 [experts, outputs, inputs / 32, 16]   two E2M1 numbers a byte, the first in the low half
 * NAME_scales  U8 [experts, outputs, inputs / 32]       the exponent e of each block: its numbers times 2^(e - 127)
 * </pre>
 */
final class Mxfp4Experts {

    private static final String BLOCKS = "_blocks";
    private static final String SCALES = "_scales";
    private static final int BLOCK = 32;
    private static final float[] E2M1 = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};

    private Mxfp4Experts() {}

    /** The name of the tensor with the blocks of a weight. */
    static String blocks(String name) {
        return name + BLOCKS;
    }

    /** Whether the name is that of a tensor with scales. */
    static boolean isScales(String name) {
        return name.endsWith(SCALES);
    }

    static boolean isPacked(String stored) {
        return stored.endsWith(BLOCKS);
    }

    /**
     * The weight as bfloat16. Every value in the range of bfloat16 is exact. Smaller values are rounded.
     *
     * @param shape of the weight, [experts, inputs, outputs]
     * @throws ModelFormatException if blocks or scales are missing, or have another type or shape
     */
    static SafetensorsWriter.Planned planned(Safetensors weights, String name, long[] shape) {
        long[] scales = {shape[0], shape[2], shape[1] / BLOCK};
        require(weights, name + SCALES, scales);
        require(weights, name + BLOCKS, scales[0], scales[1], scales[2], BLOCK / 2);
        if (shape[1] % BLOCK != 0) {
            throw new ModelFormatException("tensor " + name + " has " + shape[1] + " inputs, no whole blocks of 32");
        }
        return new SafetensorsWriter.Planned(name, Dtype.BF16, shape, out -> write(weights, name, shape, out));
    }

    private static void require(Safetensors weights, String name, long... shape) {
        if (!weights.names().contains(name)) {
            throw new ModelFormatException("tensor " + name + " is missing");
        }
        if (weights.dtype(name) != Dtype.U8 || !Arrays.equals(weights.shape(name), shape)) {
            throw new ModelFormatException("tensor " + name + " is " + weights.dtype(name) + " of shape "
                    + Safetensors.shown(weights.shape(name)) + "; U8 of shape " + Safetensors.shown(shape)
                    + " was expected");
        }
    }

    private static void write(Safetensors weights, String name, long[] shape, WritableByteChannel out)
            throws IOException {
        int inputs = Math.toIntExact(shape[1]);
        int outputs = Math.toIntExact(shape[2]);
        ByteBuffer blocks = weights.tensor(name + BLOCKS).bytes().duplicate();
        ByteBuffer scales = weights.tensor(name + SCALES).bytes().duplicate();
        short[] expert = new short[Math.multiplyExact(inputs, outputs)];
        ByteBuffer row = ByteBuffer.allocate(2 * outputs).order(ByteOrder.LITTLE_ENDIAN);
        for (long e = 0; e < shape[0]; e++) {
            for (int o = 0; o < outputs; o++) {
                for (int i = 0; i < inputs; i += BLOCK) {
                    int exponent = (scales.get() & 255) - 127;
                    for (int pair = 0; pair < BLOCK; pair += 2) {
                        int both = blocks.get();
                        expert[(i + pair) * outputs + o] = bits(both & 15, exponent);
                        expert[(i + pair + 1) * outputs + o] = bits(both >> 4 & 15, exponent);
                    }
                }
            }
            for (int i = 0; i < inputs; i++) {
                row.clear();
                for (int o = 0; o < outputs; o++) {
                    row.putShort(expert[i * outputs + o]);
                }
                SafetensorsWriter.writeFully(out, row.flip());
            }
        }
    }

    private static short bits(int number, int exponent) {
        return GgufType.bfloat16(Math.scalb(E2M1[number], exponent));
    }
}
