package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tensors of GGUF files against Python's gguf; {@code attune.gguf.blocks} names what tools/make_gguf_goldens.py has written. */
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

    private static JsonNode golden(String part, GgufType type) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(GOLDEN))) {
            return JsonMapper.shared().readTree(in).get(part).get(type.name());
        }
    }

    private static ByteBuffer bytes(JsonNode base64) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(base64.stringValue())).order(ByteOrder.LITTLE_ENDIAN);
    }
}
