package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares tensors of GGUF files with those of Python's gguf. {@code attune.gguf.blocks} names the output of
 * tools/make_gguf_goldens.py.
 */
class GgufGoldenTest {

    private static final Path GOLDEN =
            Path.of(System.getProperty("attune.gguf.blocks", "src/test/resources/goldens/gguf/blocks.json.gz"));

    @ParameterizedTest
    @EnumSource
    void everyTensorTypeIsDequantisedBitForBitAsGgufDoes(GgufType type) throws IOException {
        JsonNode golden = golden("types", type);
        ByteBuffer blocks = bytes(golden.get(0));
        ByteBuffer expected = bytes(golden.get(1));
        float[] values = new float[expected.remaining() / 4];
        assertThat(values.length).isGreaterThanOrEqualTo(64);
        assertThat(type.bytes(values.length)).isEqualTo(blocks.remaining());
        type.decode(blocks, values, values.length);
        assertThat(blocks.hasRemaining()).isFalse();
        for (int i = 0; i < values.length; i++) {
            assertThat(Float.floatToIntBits(values[i]))
                    .as("element %d: %s", i, values[i])
                    .isEqualTo(Float.floatToIntBits(expected.getFloat()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "Q8_0"})
    void floatsAreStoredBitForBitAsGgufDoes(GgufType type) throws IOException {
        JsonNode golden = golden("quantised", type);
        ByteBuffer values = bytes(golden.get(0));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GgufEncoder encoder = new GgufEncoder(type, Channels.newChannel(out));
        while (values.hasRemaining()) {
            encoder.put(new float[] {values.getFloat()}, 1);
        }
        encoder.end();
        ByteBuffer expected = bytes(golden.get(1));
        ByteBuffer stored = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(stored.remaining()).isEqualTo(expected.remaining()).isGreaterThan(500);
        while (expected.hasRemaining()) {
            int at = expected.position();
            if (type != GgufType.Q8_0 || at % 34 == 0) {
                assertThat(canonical(type, stored.getShort()))
                        .as("byte %d", at)
                        .isEqualTo(canonical(type, expected.getShort()));
            } else {
                assertThat(stored.get()).as("byte %d", at).isEqualTo(expected.get());
            }
        }
    }

    /** The bits of a half or of a bfloat16 as a float. Every NaN gives the same bits. */
    private static int canonical(GgufType type, short bits) {
        return Float.floatToIntBits(type == GgufType.BF16 ? Float.intBitsToFloat(bits << 16) : GgufType.float16(bits));
    }

    private static JsonNode golden(String part, GgufType type) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(GOLDEN))) {
            return JsonMapper.shared().readTree(in).get(part).get(type.name());
        }
    }

    private static ByteBuffer bytes(JsonNode base64) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(base64.stringValue())).order(ByteOrder.LITTLE_ENDIAN);
    }
}
