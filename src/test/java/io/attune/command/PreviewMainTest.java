package io.attune.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command with a trainer process of its own, on the bundled model. */
class PreviewMainTest {

    private static final Path MODEL = Path.of("src/main/resources/models/attune-tales");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private boolean terminal;
    private Path rows;

    @BeforeEach
    void writeRows() throws IOException {
        environment.put("ATTUNE_DATA", folder.resolve("data").toString());
        rows = Files.write(
                folder.resolve("rows.jsonl"),
                List.of(
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi \\u001b[31m\"}, {\"role\": \"assistant\", \"content\":"
                                + " \"Two\\nlines.\"}]}",
                        "{\"messages\": [{\"role\": \"user\"}]}",
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"Ünd?\"}, {\"role\": \"assistant\", \"content\":"
                                + " \"Ja.\"}]}"));
    }

    @Test
    void rowsAreShownAsTheModelSeesThemWithWhatIsLearnedBetweenMarks() {
        assertThat(run(MODEL.toString(), rows.toString())).isEqualTo(1);

        assertThat(out.toString(UTF_8).lines())
                .containsSubsequence(
                        "<|im_start|>user",
                        "Hi \\u001b[31m<|im_end|>",
                        "<|im_start|>assistant",
                        "[[Two",
                        "lines.<|im_end|>]]",
                        "line 2, chat: cannot be trained on")
                .anyMatch(line -> line.matches("line 1, chat: \\d+ tokens, of which \\d+ are learned"))
                .anyMatch(line -> line.startsWith("error in line 2, messages"))
                .contains("Ünd?<|im_end|>", "[[Ja.<|im_end|>]]")
                .last()
                .asString()
                .matches("3 rows: 2 sequences, \\d+ tokens, of which \\d+ are learned; 1 row cannot be trained on");
        assertThat(out.toString(UTF_8)).doesNotContain("\u001b");
    }

    @Test
    void onATerminalWhatIsLearnedIsInColourUnlessSomebodyDoesNotWantThat() {
        terminal = true;
        assertThat(run(MODEL.toString(), rows.toString(), "--line", "1")).isZero();
        assertThat(out.toString(UTF_8))
                .contains("\u001b[1;32mTwo\u001b[0m\n\u001b[1;32mlines.<|im_end|>\u001b[0m")
                .doesNotContain("[[")
                .doesNotContain("\u001b[31m")
                .contains("; the file goes on");

        out.reset();
        environment.put("NO_COLOR", "1");
        assertThat(run(MODEL.toString(), rows.toString(), "--line", "1")).isZero();
        assertThat(out.toString(UTF_8)).contains("[[Two").doesNotContain("\u001b");
    }

    @Test
    void idsAndJsonSayTheSame() {
        assertThat(run(MODEL.toString(), rows.toString(), "--line", "3", "--json"))
                .isZero();
        JsonNode json = JsonMapper.shared().readTree(out.toString(UTF_8));
        assertThat(json.get("has_more").asBoolean()).isFalse();
        JsonNode sequence = json.get("rows").get(0).get("sequences").get(0);
        List<String> ids =
                sequence.get("ids").valueStream().map(JsonNode::asString).toList();
        assertThat(ids).hasSize(sequence.get("tokens").asInt());

        out.reset();
        assertThat(run(MODEL.toString(), rows.toString(), "--line", "3", "--ids"))
                .isZero();
        String line = out.toString(UTF_8)
                .lines()
                .filter(l -> l.startsWith("ids: "))
                .findFirst()
                .orElseThrow();
        assertThat(line.substring("ids: ".length())
                        .replace("[[", "")
                        .replace("]]", "")
                        .split(" "))
                .containsExactlyElementsOf(ids);
        assertThat(line.replaceAll(".*\\[\\[(.*)\\]\\].*", "$1").split(" "))
                .hasSize(sequence.get("target_tokens").asInt());
    }

    @Test
    void aRowThatIsTooLongSaysSo() {
        assertThat(run(MODEL.toString(), rows.toString(), "--rows", "1", "--max-length", "5"))
                .isEqualTo(1);

        assertThat(out.toString(UTF_8)).contains("line 1, chat: cannot be trained on", "more than max_length = 5");
    }

    @Test
    void aModelOfTheDataFolderIsFoundByItsName() throws IOException {
        Path model = Files.createDirectories(folder.resolve("data/models/tales"));
        try (var files = Files.list(MODEL)) {
            for (Path file :
                    files.filter(f -> !f.toString().endsWith(".safetensors")).toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }

        assertThat(run("attune-tales", rows.toString(), "--line", "3")).isZero();
        assertThat(out.toString(UTF_8)).contains("[[Ja.<|im_end|>]]");
        assertThat(run("another", rows.toString())).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("there is no base model another", "there are attune-tales");
    }

    @Test
    void whatIsNotThereOrNotUnderstoodIsNamed() {
        assertThat(run(MODEL.toString(), rows.toString(), "--line", "4")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("The file has no row in line 4.");
        assertThat(run(MODEL.toString(), folder.resolve("no.jsonl").toString())).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("there is no file " + folder.resolve("no.jsonl"));

        assertThat(run(MODEL.toString())).isEqualTo(2);
        assertThat(run(MODEL.toString(), rows.toString(), "--line", "1", "--rows", "2"))
                .isEqualTo(2);
        assertThat(run(MODEL.toString(), rows.toString(), "--lines", "1")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("unknown option --lines", "usage: attune preview MODEL FILE");
    }

    private int run(String... args) {
        return PreviewMain.run(
                args, environment, terminal, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }
}
