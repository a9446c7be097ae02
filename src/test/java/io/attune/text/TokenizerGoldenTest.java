package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tokenizers of every shape that model families use against Python's {@code tokenizers} and transformers: {@code
 * attune.tokenizers} names the folder that tools/make_tokenizer_goldens.py has written, by default the one in the test
 * resources.
 */
class TokenizerGoldenTest {

    private static final Path GOLDENS =
            Path.of(System.getProperty("attune.tokenizers", "src/test/resources/goldens/tokenizers"));

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> idsOffsetsAndDecodedTextsAreThoseOfTheReference() throws IOException {
        List<String> texts = strings(JsonMapper.shared().readTree(GOLDENS.resolve("texts.json")));
        List<Path> goldens;
        try (Stream<Path> files = Files.list(GOLDENS)) {
            goldens = files.filter(file -> file.toString().endsWith(".json.gz"))
                    .sorted()
                    .toList();
        }
        assertThat(texts).hasSizeGreaterThan(100);
        assertThat(goldens).as("tokenizers in " + GOLDENS).hasSizeGreaterThan(70);
        return goldens.stream()
                .map(golden -> DynamicTest.dynamicTest(
                        golden.getFileName().toString().replace(".json.gz", ""), () -> check(read(golden), texts)));
    }

    private void check(JsonNode golden, List<String> texts) throws IOException {
        Files.writeString(
                folder.resolve("tokenizer.json"), golden.get("tokenizer").toString());
        Files.writeString(
                folder.resolve("tokenizer_config.json"), golden.get("config").toString());
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

    private static JsonNode read(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return JsonMapper.shared().readTree(in);
        }
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(element -> strings.add(element.stringValue()));
        return strings;
    }

    private static int[] ints(JsonNode array) {
        int[] ints = new int[array.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = array.get(i).intValue();
        }
        return ints;
    }
}
