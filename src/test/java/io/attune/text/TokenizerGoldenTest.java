package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Tokenizers of every shape that model families use against Python's {@code tokenizers} and transformers.
 */
class TokenizerGoldenTest {

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> idsOffsetsAndDecodedTextsAreThoseOfTheReference() throws IOException {
        List<String> texts = TokenizerGoldens.texts();
        List<Path> goldens = TokenizerGoldens.files();
        assertThat(texts).hasSizeGreaterThan(100);
        assertThat(goldens).as("tokenizers in " + TokenizerGoldens.FOLDER).hasSizeGreaterThan(70);
        return goldens.stream()
                .map(golden -> DynamicTest.dynamicTest(
                        TokenizerGoldens.name(golden), () -> check(TokenizerGoldens.read(golden), texts)));
    }

    private void check(JsonNode golden, List<String> texts) throws IOException {
        TokenizerGoldens.write(golden, folder);
        assertThat(golden.get("rows").size()).isEqualTo(texts.size());
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            for (int i = 0; i < texts.size(); i++) {
                String text = texts.get(i);
                JsonNode row = golden.get("rows").get(i);
                int[] ids = ints(row.get(0));
                assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
                Encoded encoded = tokenizer.encodeWithOffsets(text);
                assertThat(encoded.ids()).as(text).isEqualTo(ids);
                assertThat(encoded.starts()).as(text).isEqualTo(ints(row.get(1)));
                assertThat(encoded.ends()).as(text).isEqualTo(ints(row.get(2)));
                checkDecoding(tokenizer, ids, row.get(3), row.get(4));
            }
            for (JsonNode decoding : golden.get("decodings")) {
                checkDecoding(tokenizer, ints(decoding.get(0)), decoding.get(1), decoding.get(2));
            }
            assertThat(tokenizer.prefix()).isEqualTo(ints(golden.get("prefix")));
            assertThat(tokenizer.suffix()).isEqualTo(ints(golden.get("suffix")));
        }
    }

    private static void checkDecoding(Tokenizer tokenizer, int[] ids, JsonNode whole, JsonNode withoutSpecial) {
        assertThat(tokenizer.decode(ids, false)).isEqualTo(whole.stringValue());
        assertThat(tokenizer.decode(ids, true)).isEqualTo(withoutSpecial.stringValue());
    }

    private static int[] ints(JsonNode array) {
        int[] ints = new int[array.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = array.get(i).intValue();
        }
        return ints;
    }
}
