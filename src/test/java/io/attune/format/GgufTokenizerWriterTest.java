package io.attune.format;

import static io.attune.text.TokenizerGoldens.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attune.text.Tokenizer;
import io.attune.text.TokenizerGoldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class GgufTokenizerWriterTest {

    private static final int ROWS = 1000; // rows of the embedding: more than the tokens of any golden

    @TempDir
    Path folder;

    private Path source;
    private Path back;

    @BeforeEach
    void makeFolders() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        back = Files.createDirectory(folder.resolve("back"));
    }

    @Test
    void everyTokenizerIsWrittenWithEqualIdsOrRefusedByWhatGgufLacks() throws IOException {
        Map<String, Object> written = new TreeMap<>();
        for (String name : TokenizerGoldens.names("")) {
            JsonNode golden = TokenizerGoldens.read("", name);
            writeSource(golden.get("tokenizer"), golden.get("config"));
            try {
                Map<String, GgufValue> metadata = GgufTokenizerWriter.metadata(source, name, ROWS);
                written.put(name, metadata.get("tokenizer.ggml.pre").value());
                readBack(metadata, name);
            } catch (ModelFormatException e) {
                assertThat(e.getMessage()).matches("(?s).*/source/tokenizer(_config)?\\.json: [a-z_.]+ .{20,}");
                continue;
            }
            List<String> texts = TokenizerGoldens.texts();
            try (Tokenizer tokenizer = Tokenizer.open(back)) {
                for (int i = 0; i < texts.size(); i++) {
                    assertThat(tokenizer.encode(texts.get(i)))
                            .as("%s: %s", name, texts.get(i))
                            .isEqualTo(ints(golden.get("rows").get(i).get(0)));
                }
                assertThat(tokenizer.prefix()).as(name).isEqualTo(ints(golden.get("prefix")));
                assertThat(tokenizer.suffix()).as(name).isEqualTo(ints(golden.get("suffix")));
            }
        }
        assertThat(written)
                .isEqualTo(Map.ofEntries(
                        Map.entry("bloom", "bloom"),
                        Map.entry("dropout_truncation_padding", "gpt-2"),
                        Map.entry("gpt2", "gpt-2"),
                        Map.entry("gpt_neox", "mpt"),
                        Map.entry("gpt_oss", "gpt-4o"),
                        Map.entry("keys_left_out", "smollm"),
                        Map.entry("llama3", "llama-bpe"),
                        Map.entry("qwen2", "qwen2"),
                        Map.entry("qwen35", "qwen35"),
                        Map.entry("smollm", "smollm"),
                        Map.entry("tekken", "tekken")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lowercase             | pre_tokenizer and normalizer split texts in a way that GGUF has no name for",
                "glm4                  | post_processor puts [0, 3] before a text; GGUF has only the bos_token for it",
                "added_normalized      | added_tokens has \"word\", which is found in a text in a way",
                "flags_in_config       | added_tokens_decoder has \"<left>\" otherwise than tokenizer.json",
                "no_decoder            | decoder makes texts of tokens in a way that GGUF cannot express",
                "unigram_bytes         | model.type is \"Unigram\"",
                "metaspace_first_split | normalizer and pre_tokenizer treat spaces in a way that GGUF cannot express",
                "llama2                | model.merges are not what SentencePiece does with these pieces",
            })
    void whatGgufCannotExpressIsRefusedByName(String name, String problem) throws IOException {
        JsonNode golden = TokenizerGoldens.read("", name);
        writeSource(golden.get("tokenizer"), golden.get("config"));
        assertThatThrownBy(() -> GgufTokenizerWriter.metadata(source, "x", ROWS))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("json: " + problem);
    }

    @ParameterizedTest
    @CsvSource({
        "llama, Llama",
        "llama, Phi-3 mini",
        "gemma, Gemma",
        "single_spaces, x",
        "single_spaces_without_prefix, x",
        "unknown, x"
    })
    void piecesComeBackAsTheSameTokenizerJson(String name, String modelName) throws IOException {
        JsonNode golden = TokenizerGoldens.read("sentencepiece", name);
        readGolden(golden, modelName, source);
        int tokens = golden.get("metadata").get("tokenizer.ggml.tokens").size();
        readBack(GgufTokenizerWriter.metadata(source, modelName, tokens), modelName);
        assertSameFiles();
    }

    @Test
    void gemmasVocabularyOf262144TokensComesBackAsTheSameTokenizerJson() throws IOException {
        String gguf = System.getProperty("attune.gemma3", "");
        assumeTrue(!gguf.isBlank(), "attune.gemma3 does not name the GGUF file of gemma-3-270m");
        try (Gguf file = Gguf.open(Path.of(gguf))) {
            Map<String, Object> metadata = new HashMap<>(file.metadata().values());
            metadata.put("general.architecture", "llama"); // with the context length that readBack uses
            metadata.put("llama.context_length", 64L);
            GgufTokenizer.of(new GgufMetadata(file.file(), metadata)).write(source);
        }
        readBack(GgufTokenizerWriter.metadata(source, "Gemma", 262_144), "Gemma");
        assertSameFiles();
    }

    private void assertSameFiles() throws IOException {
        for (String file : List.of("tokenizer.json", "tokenizer_config.json", "generation_config.json")) {
            assertThat(Files.mismatch(back.resolve(file), source.resolve(file)))
                    .as(file)
                    .isEqualTo(-1);
        }
    }

    /**
     * As in Gemma's folder: spaces and markup are added tokens, and the file keeps merges of them that never happen.
     */
    @Test
    void spacesAndMarkupThatAreAddedTokensGiveEqualIds() throws IOException {
        readGolden(TokenizerGoldens.read("sentencepiece", "gemma"), "Gemma", source);
        ObjectNode json = (ObjectNode)
                JsonFile.read(source.resolve("tokenizer.json"), 1 << 20).node();
        Map<String, Boolean> added = new LinkedHashMap<>();
        json.get("model").get("vocab").forEachEntry((token, id) -> {
            if (token.matches("▁▁+|the")) {
                added.put(token, true);
                json.withArray("/added_tokens")
                        .addObject()
                        .put("id", id.intValue())
                        .put("content", token)
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", false);
            }
        });
        assertThat(added).containsKeys("▁▁", "▁▁▁", "the");
        ArrayNode merges = (ArrayNode) json.get("model").get("merges");
        merges.add("th e"); // never happens: the text is split at added tokens before the merges
        JsonFile.write(source.resolve("tokenizer.json"), json);

        readBack(GgufTokenizerWriter.metadata(source, "Gemma", ROWS), "Gemma");
        try (Tokenizer expected = Tokenizer.open(source);
                Tokenizer tokenizer = Tokenizer.open(back)) {
            for (String text : TokenizerGoldens.texts()) {
                if (!text.contains("▁▁")) {
                    assertThat(tokenizer.encode(text)).as(text).isEqualTo(expected.encode(text));
                }
            }
        }
    }

    @Test
    void specialTokensEndsAndTemplatesAreThere() throws IOException {
        JsonNode golden = TokenizerGoldens.read("", "smollm");
        ObjectNode config = JsonFile.MAPPER.createObjectNode();
        config.put("bos_token", "<s>").put("pad_token", "</s>");
        config.putObject("eos_token").put("content", "<|im_end|>");
        config.putArray("chat_template")
                .add(JsonFile.MAPPER.createObjectNode().put("name", "default").put("template", "A"))
                .add(JsonFile.MAPPER.createObjectNode().put("name", "tool-use").put("template", "B"));
        writeSource(golden.get("tokenizer"), config);
        Files.writeString(source.resolve("generation_config.json"), "{\"eos_token_id\": [1, 4]}");
        Map<String, GgufValue> metadata = GgufTokenizerWriter.metadata(source, "x", ROWS);
        assertThat(metadata)
                .containsEntry("tokenizer.ggml.bos_token_id", GgufValue.count(0))
                .containsEntry("tokenizer.ggml.eos_token_id", GgufValue.count(4))
                .containsEntry("tokenizer.ggml.eot_token_id", GgufValue.count(1))
                .containsEntry("tokenizer.ggml.padding_token_id", GgufValue.count(1))
                .containsEntry("tokenizer.ggml.add_bos_token", GgufValue.flag(false))
                .containsEntry("tokenizer.chat_template", GgufValue.text("A"))
                .containsEntry("tokenizer.chat_template.tool_use", GgufValue.text("B"))
                .containsEntry("tokenizer.chat_templates", GgufValue.list(GgufValue.Type.STRING, List.of("tool_use")));
        assertThat((List<?>) metadata.get("tokenizer.ggml.tokens").value())
                .hasSize(ROWS)
                .last()
                .isEqualTo("[PAD999]");

        Files.writeString(source.resolve("chat_template.jinja"), "C");
        assertThat(GgufTokenizerWriter.metadata(source, "x", ROWS))
                .containsEntry("tokenizer.chat_template", GgufValue.text("C"))
                .doesNotContainKey("tokenizer.chat_templates");

        Files.writeString(source.resolve("generation_config.json"), "{\"eos_token_id\": [0, 1, 2, 4]}");
        assertThatThrownBy(() -> GgufTokenizerWriter.metadata(source, "x", ROWS))
                .hasMessageContaining("4 tokens that end an answer");
    }

    @Test
    void moreTokensThanRowsOfTheEmbeddingAreRefused() throws IOException {
        JsonNode golden = TokenizerGoldens.read("", "smollm");
        writeSource(golden.get("tokenizer"), golden.get("config"));
        assertThatThrownBy(() -> GgufTokenizerWriter.metadata(source, "x", 419))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("the id 419, which is another token's or is not below 419");
    }

    private void writeSource(JsonNode tokenizer, JsonNode config) {
        JsonFile.write(source.resolve("tokenizer.json"), tokenizer);
        JsonFile.write(source.resolve("tokenizer_config.json"), config);
    }

    private void readGolden(JsonNode golden, String modelName, Path into) throws IOException {
        Map<String, Object> metadata = new HashMap<>();
        golden.get("metadata").forEachEntry((key, value) -> metadata.put(key, GgufTokenizerGoldenTest.plain(value)));
        metadata.put("general.name", modelName);
        GgufTokenizer.of(new GgufMetadata(into.resolve("x.gguf"), metadata)).write(into);
    }

    /** Writes the metadata into a file, and reads it back. */
    private void readBack(Map<String, GgufValue> metadata, String modelName) throws IOException {
        Map<String, GgufValue> all = new LinkedHashMap<>(metadata);
        all.put("general.architecture", GgufValue.text("llama"));
        all.put("general.name", GgufValue.text(modelName));
        all.put("llama.context_length", GgufValue.count(64));
        Path file = folder.resolve("x.gguf");
        GgufWriter.write(file, all, List.of());
        try (Gguf gguf = Gguf.open(file)) {
            GgufTokenizer.of(gguf.metadata()).write(back);
        }
    }
}
