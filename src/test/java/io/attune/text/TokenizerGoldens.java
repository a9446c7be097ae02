package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The output of tools/make_tokenizer_goldens.py. {@code attune.tokenizers} names the folder; the default is the
 * folder in the test resources.
 */
public final class TokenizerGoldens {

    private static final Path FOLDER =
            Path.of(System.getProperty("attune.tokenizers", "src/test/resources/goldens/tokenizers"));

    private TokenizerGoldens() {}

    /** Returns the texts of the goldens' rows. */
    public static List<String> texts() {
        List<String> texts = new ArrayList<>();
        JsonMapper.shared().readTree(FOLDER.resolve("texts.json")).forEach(text -> texts.add(text.stringValue()));
        assertThat(texts).hasSizeGreaterThan(100);
        return texts;
    }

    /** Returns the names of the goldens in a folder, {@code ""} or {@code sentencepiece}. */
    public static List<String> names(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json.gz"))
                    .map(name -> name.replace(".json.gz", ""))
                    .sorted()
                    .toList();
            assertThat(names).as("goldens in " + FOLDER.resolve(folder)).isNotEmpty();
            return names;
        }
    }

    public static JsonNode read(String folder, String name) {
        try (InputStream in =
                new GZIPInputStream(Files.newInputStream(FOLDER.resolve(folder).resolve(name + ".json.gz")))) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes tokenizer.json and tokenizer_config.json of a golden. */
    static void write(JsonNode golden, Path folder) throws IOException {
        Files.writeString(
                folder.resolve("tokenizer.json"), golden.get("tokenizer").toString());
        Files.writeString(
                folder.resolve("tokenizer_config.json"), golden.get("config").toString());
    }

    public static int[] ints(JsonNode array) {
        int[] ints = new int[array.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = array.get(i).intValue();
        }
        return ints;
    }
}
