package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attune.dataset.DatasetCheck;
import io.attune.dataset.Message;
import io.attune.dataset.Row;
import io.attune.dataset.RowReader;
import io.attune.format.ModelImport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares texts, ids and targets of a real chat model with transformers. */
class SmolLm2RowsGoldenTest {

    private static final Path GOLDENS = Path.of("src/test/resources/goldens/smollm2");
    private static final Path ROWS = Path.of("src/test/resources/data/brand-voice.jsonl");

    @TempDir
    static Path models;

    private static Tokenizer tokenizer;
    private static ChatTemplate template;

    @BeforeAll
    static void openTokenizer() throws IOException {
        String gguf = System.getProperty("attune.smollm2", "");
        assumeTrue(!gguf.isBlank(), "attune.smollm2 does not name the GGUF file of SmolLM2-135M-Instruct");
        Path folder =
                ModelImport.importModel(Path.of(gguf), models, "smollm2", null).folder();
        tokenizer = Tokenizer.open(folder);
        template = ChatTemplate.read(folder).orElseThrow();
    }

    @AfterAll
    static void closeTokenizer() {
        if (tokenizer != null) {
            tokenizer.close();
        }
    }

    @Test
    void rowsHaveTheIdsAndTargetsOfTheReference() throws IOException {
        JsonNode golden = read("lora/run.json");
        List<Row> rows = new ArrayList<>();
        DatasetCheck check;
        try (InputStream in = Files.newInputStream(ROWS)) {
            check = RowReader.read(in, rows::add);
        }
        assertThat(check.isValid()).isTrue();
        RowEncoder encoder = new RowEncoder(tokenizer, Optional.of(template), new EndTokens(Set.of(2), 2), 2048);
        assertThat(golden.get("input_ids").size()).isEqualTo(16);
        for (int i = 0; i < golden.get("input_ids").size(); i++) {
            TokenSequence row = sequence(encoder, rows.get(i));
            int[] labels = new int[row.length()];
            for (int t = 0; t < labels.length; t++) {
                labels[t] = row.target()[t] ? row.ids()[t] : -100;
            }
            // the reference continues to the end of the text; a row ends with its last target
            int[] ids = ints(golden.get("input_ids").get(i));
            int[] goldenLabels = ints(golden.get("labels").get(i));
            assertThat(row.ids()).isEqualTo(Arrays.copyOf(ids, row.length()));
            assertThat(labels).isEqualTo(Arrays.copyOf(goldenLabels, row.length()));
            assertThat(Arrays.stream(goldenLabels).skip(row.length())).containsOnly(-100);
        }
    }

    @Test
    void promptsHaveTheTextsAndIdsOfTransformers() throws IOException {
        JsonNode prompts = read("forward.json");
        assertThat(prompts.size()).isEqualTo(5);
        for (JsonNode prompt : prompts) {
            if (prompt.has("messages")) {
                List<Message> messages = new ArrayList<>();
                for (JsonNode m : prompt.get("messages")) {
                    messages.add(new Message(
                            m.get("role").stringValue(), m.get("content").stringValue()));
                }
                assertThat(template.render(messages, null, true))
                        .isEqualTo(prompt.get("rendered").stringValue());
            }
            int[] ids = ints(prompt.get("input_ids"));
            assertThat(tokenizer.encode(prompt.get("rendered").stringValue())).isEqualTo(ids);
            assertThat(tokenizer.decode(ids, false))
                    .isEqualTo(prompt.get("rendered").stringValue());
            assertThat(tokenizer.decode(ints(prompt.get("greedy")), false))
                    .isEqualTo(prompt.get("greedy_text").stringValue());
        }
    }

    @Test
    void aConversationThatTheAssistantBeginsIsTrainedOnAfterTheDefaultSystemPrompt() {
        TokenSequence row = sequence(
                new RowEncoder(tokenizer, Optional.of(template), new EndTokens(Set.of(2), 2), 2048),
                new Row.Chat(1, List.of(new Message("assistant", "Hello!"), new Message("user", "Bye")), null));
        int[] target = IntStream.range(0, row.length())
                .filter(i -> row.target()[i])
                .map(i -> row.ids()[i])
                .toArray();
        assertThat(tokenizer.decode(target, false)).isEqualTo("Hello!<|im_end|>");
        assertThat(tokenizer.decode(row.ids(), false)).startsWith("<|im_start|>system\nYou are a helpful AI assistant");
    }

    private static TokenSequence sequence(RowEncoder encoder, Row row) {
        List<TokenSequence> sequences = encoder.encode(row).tokens().sequences();
        assertThat(sequences).hasSize(1);
        return sequences.get(0);
    }

    private static JsonNode read(String file) {
        return JsonMapper.shared().readTree(GOLDENS.resolve(file));
    }

    private static int[] ints(JsonNode array) {
        int[] ints = new int[array.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = array.get(i).intValue();
        }
        return ints;
    }
}
