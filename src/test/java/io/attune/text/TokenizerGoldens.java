package io.attune.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokenizers that tools/make_tokenizer_goldens.py has written, in the folder that {@code attune.tokenizers} names, by
 * default the one in the test resources.
 */
final class TokenizerGoldens {

    static final Path FOLDER =
            Path.of(System.getProperty("attune.tokenizers", "src/test/resources/goldens/tokenizers"));

    private TokenizerGoldens() {}

    /** Texts of many scripts, code and white space. */
    static List<String> texts() {
        return JsonMapper.shared()
                .readTree(FOLDER.resolve("texts.json"))
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".json.gz"))
                    .sorted()
                    .toList();
        }
    }

    static String name(Path file) {
        return file.getFileName().toString().replace(".json.gz", "");
    }

    static JsonNode read(Path file) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
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
}
