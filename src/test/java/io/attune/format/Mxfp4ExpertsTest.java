package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.format.Safetensors.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Mxfp4ExpertsTest {

    private static final int EXPERTS = 2;
    private static final int INPUTS = 64;
    private static final int OUTPUTS = 6;

    /**
     * The values of E2M1 by their codes: a sign, two bits of exponent, one bit of mantissa (OCP Microscaling Formats
     * 1.0, table 5).
     */
    private static final float[] CODES = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};

    @TempDir
    Path folder;

    @Test
    void everyNumberIsItsCodeTimesItsBlocksPowerOfTwo() throws IOException {
        Random random = new Random(4);
        byte[] blocks = new byte[EXPERTS * OUTPUTS * INPUTS / 2];
        byte[] scales = new byte[EXPERTS * OUTPUTS * INPUTS / 32];
        random.nextBytes(blocks);
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (byte) (97 + random.nextInt(60));
        }
        try (Safetensors weights = stored(blocks, scales)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            Mxfp4Experts.planned(weights, "experts.down_proj", new long[] {EXPERTS, INPUTS, OUTPUTS})
                    .content()
                    .writeTo(Channels.newChannel(bytes));
            ByteBuffer written = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(written.remaining()).isEqualTo(2 * EXPERTS * INPUTS * OUTPUTS);
            for (int e = 0; e < EXPERTS; e++) {
                for (int i = 0; i < INPUTS; i++) {
                    for (int o = 0; o < OUTPUTS; o++) {
                        int row = e * OUTPUTS + o;
                        int code = blocks[(row * INPUTS + i) / 2] >> (i % 2 == 0 ? 0 : 4) & 15;
                        int exponent = (scales[row * INPUTS / 32 + i / 32] & 255) - 127;
                        float expected = (float) (CODES[code] * Math.pow(2, exponent));
                        assertThat(Float.intBitsToFloat(written.getShort() << 16))
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    @Test
    void scalesThatAreMissingOrOfAnotherShapeAreRefusedByName() {
        try (Safetensors weights = stored(new byte[EXPERTS * OUTPUTS * INPUTS / 2], new byte[3 * 6 * 2])) {
            assertThatThrownBy(() ->
                            Mxfp4Experts.planned(weights, "experts.down_proj", new long[] {EXPERTS, INPUTS, OUTPUTS}))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessage(
                            "tensor experts.down_proj_scales is U8 of shape [3,6,2]; U8 of shape [2,6,2] was expected");
        }
    }

    private Safetensors stored(byte[] blocks, byte[] scales) {
        long experts = scales.length / (OUTPUTS * INPUTS / 32);
        Path file = folder.resolve("model.safetensors");
        SafetensorsWriter.write(
                file,
                Map.of(),
                List.of(
                        new Tensor(
                                "experts.down_proj_blocks",
                                Dtype.U8,
                                new long[] {EXPERTS, OUTPUTS, INPUTS / 32, 16},
                                ByteBuffer.wrap(blocks)),
                        new Tensor(
                                "experts.down_proj_scales",
                                Dtype.U8,
                                new long[] {experts, OUTPUTS, INPUTS / 32},
                                ByteBuffer.wrap(scales))));
        return Safetensors.open(file);
    }
}
