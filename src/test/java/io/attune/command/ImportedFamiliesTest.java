package io.attune.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.text.EncodedRow;
import io.attune.text.RowEncoder;
import io.attune.text.TinyModel;
import io.attune.text.TinyModel.Prefix;
import io.attune.text.TokenSequence;
import io.attune.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Models are imported with chat templates of the kinds that families have, and their rows are trained right. The templates
 * in text/families do what those of the named families do, in words of our own.
 */
class ImportedFamiliesTest {

    private static final Path FAMILIES = Path.of("src/test/resources/text/families");

    private static final String TOOLS = "[{\"type\": \"function\", \"function\": {\"name\": \"get_weather\","
            + " \"description\": \"Weather of a city\", \"parameters\": {\"type\": \"object\", \"properties\": {\"city\":"
            + " {\"type\": \"string\"}, \"days\": {\"type\": \"array\", \"items\": {\"type\": \"integer\"}}},"
            + " \"required\": [\"city\"]}}}]";

    private static final String CALL =
            "{\"role\": \"assistant\", \"content\": null, \"tool_calls\": [{\"id\": \"call12345\","
                    + " \"type\": \"function\", \"function\": {\"name\": \"get_weather\", \"arguments\": \"{\\\"city\\\":"
                    + " \\\"Oslo\\\"}\"}}]}";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    private Path source;

    @BeforeEach
    void nameSource() {
        source = folder.resolve("source");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            llama_3_1            | {"name": "get_weather", "parameters": {"city": "Oslo"}}</s>
            llama_3_2            | {"name": "get_weather", "parameters": {"city": "Oslo"}}</s>
            llama_3_3            | {"name": "get_weather", "parameters": {"city": "Oslo"}}</s>
            hermes               | \\n<call>\\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\\n</call></s>
            functionary          | get_weather\\n{"city": "Oslo"}</s>
            command_r            | Action: [{"tool_name": "get_weather", "parameters": {"city": "Oslo"}}]</s>
            mistral_nemo         | [CALLS][{"name": "get_weather", "arguments": {"city": "Oslo"}, "id": "call12345"}]</s>
            qwen3                | <think>\\n\\n</think>\\n\\n<call>\\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\\n</call></s>
            """)
    void aCallIsTrainedAsTheFamilyWritesIt(String family, String expected) throws IOException {
        importFamily(family);
        EncodedRow row = encode("{\"messages\": [{\"role\": \"user\", \"content\": \"Weather in Oslo?\"}, " + CALL
                + "], \"tools\": " + TOOLS + "}");
        assertThat(targets(row)).containsExactly(expected.replace("\\n", "\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama_3_1",
                "llama_3_2",
                "llama_3_3",
                "hermes",
                "functionary",
                "command_r",
                "mistral_nemo",
                "qwen3",
                "deepseek_r1_distill"
            })
    void turnsAreTrainedUpToTheirEndAndTheImportSaysWhichChatsTheModelTakes(String family) throws IOException {
        importFamily(family);
        boolean reasons = family.startsWith("deepseek");
        String think = reasons ? "<think>\\nHm\\n</think>\\n\\n" : "";
        EncodedRow row = encode("{\"messages\": [{\"role\": \"user\", \"content\": \"Sky?\"}, {\"role\": \"assistant\","
                + " \"content\": \"" + think + "Blue\"}, {\"role\": \"user\", \"content\": \"Sea?\"}, {\"role\":"
                + " \"assistant\", \"content\": \"" + think + "Green\"}]}");
        String before = reasons ? "Hm\n</think>\n\n" : family.equals("qwen3") ? "<think>\n\n</think>\n\n" : "";
        before = family.equals("functionary") ? "all\n" : before;
        assertThat(targets(row)).containsExactly(before + "Blue</s>", before + "Green</s>");
        assertThat(row.warnings()).isEmpty();
        assertThat(out())
                .containsPattern("two turns" + (reasons ? ", with reasoning in each +yes\n" : " +yes\n"))
                .containsPattern("with a tool's call +" + (reasons ? "no, " : "yes"));
    }

    @Test
    void theDateThatATemplatePrintsIsTheOneThatWasFixed() throws IOException {
        importFamily("llama_3_2");
        EncodedRow row = encode(chat("a", "b"));
        assertThat(given(row)).contains("Today: 17 Dec 2025");
    }

    @Test
    void aModelWithoutAnEndIsRefusedUntilItIsGivenOne() throws IOException {
        TinyModel.write(source, TinyModel.TURNS, Prefix.NONE, false);
        assertThat(run(source.toString(), "--name", "tiny")).isEqualTo(1);
        assertThat(err()).contains("names no token that ends a text").contains("--eos TOKEN");
        assertThat(models().resolve("tiny")).doesNotExist();

        assertThat(run(source.toString(), "--name", "tiny", "--eos", "</end>")).isEqualTo(1);
        assertThat(err()).contains("has no token </end>");

        assertThat(run(source.toString(), "--name", "tiny", "--eos", "</s>"))
                .as(err())
                .isZero();
        assertThat(targets(encode(chat("a", "b")))).containsExactly("b</s>");
        assertThat(Files.readString(models().resolve("tiny/generation_config.json")))
                .contains("eos_token_id");
    }

    @Test
    void aTemplateThatCannotWriteTwoPlainTurnsIsRefusedAndAnotherCanBeGiven() throws IOException {
        TinyModel.write(source, "{{ messages[0].no.such }}", Prefix.NONE);
        assertThat(run(source.toString(), "--name", "tiny")).isEqualTo(1);
        assertThat(err()).contains("cannot write two plain turns").contains("--chat-template FILE");

        Path template = Files.writeString(folder.resolve("mine.jinja"), TinyModel.TURNS);
        assertThat(run(source.toString(), "--name", "tiny", "--chat-template", template.toString()))
                .as(err())
                .isZero();
        assertThat(targets(encode(chat("a", "b")))).containsExactly("b</s>");
    }

    @Test
    void anEndOfTurnAtWhichServersDoNotStopIsTold() throws IOException {
        TinyModel.write(source, TinyModel.TURNS.replace("</s>", "<unk>"), Prefix.NONE);
        assertThat(run(source.toString(), "--name", "tiny")).as(err()).isZero();
        assertThat(out()).contains("the template ends answers with <unk>").contains("--eos '<unk>'");

        TinyModel.write(source, TinyModel.TURNS.replace("</s>", "\n"), Prefix.NONE);
        assertThat(run(source.toString(), "--name", "endless")).as(err()).isZero();
        assertThat(out()).contains("writes no control token after an answer");
    }

    @Test
    void whatATemplateLeavesOutIsToldAtTheImport() throws IOException {
        TinyModel.write(source, TinyModel.TURNS, Prefix.NONE);
        assertThat(run(source.toString(), "--name", "tiny")).as(err()).isZero();
        assertThat(out())
                .containsPattern("two turns +yes\n")
                .containsPattern(
                        "with tools +yes, but the template does not write the tools' names, their descriptions\n")
                .containsPattern("with a tool's call +no, the template does not write the called function's name\n")
                .containsPattern("with reasoning +no, the template does not write the reasoning\n")
                .contains("--chat-template FILE");
    }

    private void importFamily(String family) throws IOException {
        TinyModel.write(source, null, Prefix.NONE);
        Path config = source.resolve("tokenizer_config.json");
        ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(config);
        Path single = FAMILIES.resolve(family + ".jinja");
        if (Files.exists(single)) {
            json.put("chat_template", Files.readString(single));
        } else {
            ArrayNode named = json.putArray("chat_template");
            for (String name : List.of("default", "tool_use")) {
                named.addObject()
                        .put("name", name)
                        .put("template", Files.readString(FAMILIES.resolve(family + "." + name + ".jinja")));
            }
        }
        Files.writeString(config, JsonMapper.shared().writeValueAsString(json));
        assertThat(run(source.toString(), "--name", "tiny")).as(err()).isZero();
    }

    private static String chat(String user, String assistant) {
        return "{\"messages\": [{\"role\": \"user\", \"content\": \"" + user + "\"}, {\"role\": \"assistant\","
                + " \"content\": \"" + assistant + "\"}]}";
    }

    private EncodedRow encode(String row) throws IOException {
        Path model = models().resolve("tiny");
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            RowEncoder encoder = TinyModel.encoder(model, tokenizer);
            return encoder.encode(TinyModel.rows(row).get(0));
        }
    }

    /** The text of each run of targets. */
    private List<String> targets(EncodedRow row) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(models().resolve("tiny"))) {
            return row.tokens().sequences().stream()
                    .flatMap(sequence -> runs(sequence).stream())
                    .map(ids -> tokenizer.decode(ids, false))
                    .toList();
        }
    }

    private static List<int[]> runs(TokenSequence sequence) {
        boolean[] target = sequence.target();
        return IntStream.range(0, target.length)
                .filter(i -> target[i] && !target[i - 1])
                .mapToObj(start -> IntStream.range(start, target.length)
                        .takeWhile(i -> target[i])
                        .map(i -> sequence.ids()[i])
                        .toArray())
                .toList();
    }

    private String given(EncodedRow row) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(models().resolve("tiny"))) {
            return tokenizer.decode(row.tokens().sequences().get(0).ids(), false);
        }
    }

    private int run(String... args) {
        err.reset();
        return ImportMain.run(
                args,
                Map.of("ATTUNE_DATA", folder.resolve("data").toString()),
                new PrintStream(out),
                new PrintStream(err));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Path models() {
        return folder.resolve("data").resolve("models");
    }
}
