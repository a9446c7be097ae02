package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attune.format.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tests what {@link Tokenizer} adds to the native library. {@link TokenizerGoldenTest} tests the tokens of texts.
 */
class TokenizerTest {

    @TempDir
    Path folder;

    @Test
    void tokensOfACharacterOfSeveralBytesSpanItWhole() throws IOException {
        try (Tokenizer tokenizer = golden("gpt2")) {
            Encoded encoded = tokenizer.encodeWithOffsets("x🤿y");
            assertThat(encoded.length()).isGreaterThan(3);
            for (int i = 1; i < encoded.length() - 1; i++) {
                assertThat(new int[] {encoded.starts()[i], encoded.ends()[i]}).containsExactly(1, 3);
            }
            assertThat(encoded.starts()[encoded.length() - 1]).isEqualTo(3);
        }
    }

    @Test
    void aSpaceBelongsToTheTokenThatHoldsIt() throws IOException {
        try (Tokenizer tokenizer = golden("llama3")) { // its file requests trimmed offsets
            Encoded encoded = tokenizer.encodeWithOffsets("the boat");
            int end = 0;
            for (int i = 0; i < encoded.length(); i++) {
                assertThat(encoded.starts()[i]).isEqualTo(end);
                end = encoded.ends()[i];
            }
            assertThat(end).isEqualTo(8);
        }
    }

    @Test
    void whatNobodyWroteSpansTheCharacterBeforeWhichItWasPut() throws IOException {
        try (Tokenizer tokenizer = golden("llama2")) {
            Encoded encoded = tokenizer.encodeWithOffsets("𠜎");
            assertThat(tokenizer.id("▁")).hasValue(encoded.ids()[0]);
            assertThat(encoded.starts()).containsOnly(0);
            assertThat(encoded.ends()).containsOnly(2);
        }
    }

    @Test
    void addedTokensAreToldByIdAndText() throws IOException {
        try (Tokenizer tokenizer = golden("flags_in_config")) {
            int left = tokenizer.id("<left>").orElseThrow();
            int right = tokenizer.id("<right>").orElseThrow();
            int letter = tokenizer.id("a").orElseThrow();
            assertThat(tokenizer.addedTokens()).contains("<s>", "<|im_end|>", "<left>", "<right>", "<both>", "<pad>");
            assertThat(tokenizer.isAdded(left)).isTrue();
            assertThat(tokenizer.isSpecial(left)).isTrue();
            assertThat(tokenizer.isAdded(right)).isTrue();
            assertThat(tokenizer.isSpecial(right)).isFalse();
            assertThat(tokenizer.isAdded(letter)).isFalse();
            assertThat(tokenizer.specialId("pad_token")).hasValue(tokenizer.vocabSize() - 1);
        }
    }

    @Test
    void anAddedTokenIsDecodedAsItIsWrittenAlthoughItIsFoundInAnotherForm() throws IOException {
        ObjectNode json = goldenJson("lowercase");
        int id = json.get("model").get("vocab").size();
        json.withArray("/added_tokens")
                .addObject()
                .put("id", id)
                .put("content", "BOAT")
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", true)
                .put("special", true);
        try (Tokenizer tokenizer = open(json)) {
            assertThat(tokenizer.encode("a Boat")).endsWith(id);
            assertThat(tokenizer.decode(new int[] {id}, false)).isEqualTo("BOAT");
            assertThat(tokenizer.decode(new int[] {id}, true)).isEmpty();
        }
    }

    @Test
    void idsThatNoTokenHasAreLeftOutOfTheText() throws IOException {
        try (Tokenizer tokenizer = golden("gpt2")) {
            int letter = tokenizer.id("a").orElseThrow();
            assertThat(tokenizer.decode(new int[] {letter, -1, Integer.MAX_VALUE, letter}, false))
                    .isEqualTo("aa");
        }
    }

    @Test
    void aTextWithHalfACharacterIsRefusedWithItsPosition() throws IOException {
        try (Tokenizer tokenizer = golden("gpt2")) {
            for (String text : List.of("ab\ud83d", "ab\ude42", "ab\ud83dx", "ab\ude42\ud83d")) {
                assertThatThrownBy(() -> tokenizer.encode(text))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("half a character")
                        .hasMessageContaining("position 2");
                assertThatThrownBy(() -> tokenizer.encodeWithOffsets(text)).hasMessageContaining("position 2");
            }
        }
    }

    @Test
    void severalThreadsGetTheIdsThatOneGets() throws Exception {
        List<String> texts = TokenizerGoldens.texts();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Tokenizer tokenizer = golden("t5")) {
            List<int[]> alone = texts.stream().map(tokenizer::encode).toList();
            List<Future<List<int[]>>> together = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                together.add(threads.submit(() -> texts.stream()
                        .map(text -> tokenizer.encodeWithOffsets(text).ids())
                        .toList()));
            }
            for (Future<List<int[]>> ids : together) {
                assertThat(ids.get()).usingRecursiveComparison().isEqualTo(alone);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aClosedTokenizerSaysSo() throws IOException {
        Tokenizer tokenizer = golden("gpt2");
        tokenizer.close();
        tokenizer.close();
        assertThatThrownBy(() -> tokenizer.encode("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the tokenizer is closed");
        assertThatThrownBy(() -> tokenizer.decode(new int[] {1}, false)).hasMessage("the tokenizer is closed");
    }

    @Test
    void nothingIsLeftInNativeMemory() throws IOException {
        Path memory = Path.of("/proc/self/statm");
        assumeTrue(Files.exists(memory), "the system does not tell of its memory in /proc");
        String text = "The boats were boating toward the boathouse. ".repeat(400);
        try (Tokenizer tokenizer = golden("t5")) {
            long before = 0;
            for (int i = 0; i < 240; i++) {
                if (i == 120) { // the Java heap has reached its size
                    before = pages(memory);
                }
                tokenizer.encode(text);
                tokenizer.encodeWithOffsets(text);
            }
            // an encoding of this text takes nearly 2 MB
            assertThat((pages(memory) - before) * 4096).isLessThan(200L << 20);
        }
    }

    private static long pages(Path memory) throws IOException {
        return Long.parseLong(Files.readString(memory).split(" ")[1]);
    }

    @Test
    void aTokenizerThatCannotBeUsedIsRefusedWithTheReason() throws IOException {
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("the model folder has no tokenizer.json");
        refused("[]", "is not laid out as a tokenizer");
        refused("{\"model\": {\"vocab\": {}}}", "has no vocabulary");
        refused("{\"model\": {\"vocab\": {\"a\": 99999999}}}", "a token without text or with id 99999999");
        refused("{\"model\": {\"vocab\": {\"a\": 0", "is not a tokenizer that can be read");
        ObjectNode unknownPart = goldenJson("gpt2");
        unknownPart.putObject("normalizer").put("type", "Backwards");
        refused(unknownPart.toString(), "cannot be used: ");
        ObjectNode merges = goldenJson("gpt2");
        ((ObjectNode) merges.get("model")).putArray("merges").add("boat house");
        refused(merges.toString(), "cannot be used: ");
    }

    @Test
    void aDecoderThatWouldEndTheProcessIsRefused() throws IOException {
        ObjectNode json = goldenJson("gpt2");
        json.putObject("decoder")
                .put("type", "Sequence")
                .putArray("decoders")
                .addObject()
                .put("type", "Strip")
                .put("content", " ")
                .put("start", 0)
                .put("stop", 1);
        refused(json.toString(), "set \"stop\" to 0");
    }

    @Test
    void addedTokensWhoseIdsDependOnTheLibrarysVersionAreRefused() throws IOException {
        ObjectNode json = goldenJson("gpt2");
        ObjectNode vocab = (ObjectNode) json.get("model").get("vocab");
        vocab.put("late", vocab.size() + 5);
        for (String content : List.of("late", "next")) {
            json.withArray("/added_tokens")
                    .addObject()
                    .put("id", 0)
                    .put("content", content)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", false);
        }
        refused(json.toString(), "the added token \"next\" has no id");
    }

    private void refused(String json, String reason) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), json);
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(reason);
    }

    private static ObjectNode goldenJson(String name) {
        return (ObjectNode) TokenizerGoldens.read("", name).get("tokenizer");
    }

    private Tokenizer golden(String name) throws IOException {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                TokenizerGoldens.read("", name).get("config").toString());
        return open(goldenJson(name));
    }

    private Tokenizer open(ObjectNode json) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), JsonMapper.shared().writeValueAsString(json));
        return Tokenizer.open(folder);
    }
}
