package io.attune.text;

import static io.attune.text.TokenizerGoldens.ints;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Compares tokenizers of every kind that model families use with Python's {@code tokenizers} and transformers. */
class TokenizerGoldenTest {

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> idsOffsetsAndDecodedTextsAreThoseOfTheReference() throws IOException {
        List<String> texts = TokenizerGoldens.texts();
        List<String> names = TokenizerGoldens.names("");
        assertThat(names).hasSizeGreaterThan(70);
        return names.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> check(TokenizerGoldens.read("", name), texts)));
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
}
