package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.setting.Hyperparameters;
import io.attune.trainer.message.TrainerMessage.Previewed;
import io.attune.trainer.message.TrainerMessage.PreviewedPiece;
import io.attune.trainer.message.TrainerMessage.PreviewedRow;
import io.attune.trainer.message.TrainerMessage.PreviewedSequence;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewingTest {

    private static final String ROW = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi %s\"}, "
            + "{\"role\": \"assistant\", \"content\": \"Ho\"}]}";

    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void copyTheModelsText() throws IOException {
        model = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/models/attune-tales"))) {
            for (Path file :
                    files.filter(f -> !f.toString().endsWith(".safetensors")).toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void aRowIsShownAsItsTextWithTheAnswerMarked() throws IOException {
        Previewed previewed = preview(100, "fail", 0, Map.of(), ROW.formatted("a"), ROW.formatted("b"));

        assertThat(previewed.more()).isFalse();
        assertThat(previewed.rows()).extracting(PreviewedRow::line).containsExactly(1, 2);
        PreviewedRow row = previewed.rows().get(0);
        assertThat(row.kind()).isEqualTo("chat");
        assertThat(row.findings()).isEmpty();
        PreviewedSequence sequence = row.sequences().get(0);
        assertThat(sequence.ids()).hasSize(row.length());
        assertThat(text(sequence, false)).isEqualTo("<|im_start|>user\nHi a<|im_end|>\n<|im_start|>assistant\n");
        assertThat(text(sequence, true)).isEqualTo("Ho<|im_end|>");
        assertThat(sequence.pieces().stream()
                        .filter(PreviewedPiece::target)
                        .mapToInt(piece -> piece.end() - piece.start())
                        .sum())
                .isEqualTo(sequence.targetTokens());
    }

    @Test
    void oneRowIsShownByItsLine() throws IOException {
        Previewed previewed = preview(100, "fail", 3, Map.of(), ROW.formatted("a"), "", ROW.formatted("c"), "{");

        assertThat(previewed.rows()).singleElement().satisfies(row -> {
            assertThat(row.line()).isEqualTo(3);
            assertThat(text(row.sequences().get(0), false)).contains("Hi c");
        });
        assertThat(previewed.more()).isTrue();
        assertThatThrownBy(() -> preview(100, "fail", 2, Map.of(), ROW.formatted("a"), "", ROW.formatted("c")))
                .isInstanceOf(TrainerException.class)
                .hasMessage("The file has no row in line 2.");
    }

    @Test
    void whatCannotBeTrainedOnIsShownWithItsFindings() throws IOException {
        Previewed previewed = preview(
                100,
                "fail",
                0,
                Map.of(),
                ROW.formatted("a"),
                "{\"messages\": 1}",
                "{\"prompt\": \"a\", \"completion\": \"b\"}",
                ROW.formatted("long ".repeat(200)));

        assertThat(previewed.rows()).extracting(PreviewedRow::line).containsExactly(1, 2, 3, 4);
        assertThat(previewed.rows().get(0).findings()).isEmpty();
        for (PreviewedRow row : previewed.rows().subList(1, 4)) {
            assertThat(row.sequences()).isEmpty();
            assertThat(row.findings())
                    .isNotEmpty()
                    .allSatisfy(finding -> assertThat(finding.line()).isEqualTo(row.line()));
        }
        assertThat(previewed.rows().get(3).length()).isGreaterThan(200);
        assertThat(previewed.rows().get(3).findings().get(0).problem()).contains("more than max_length = 100");
    }

    @Test
    void overlongRowsAreCutOrLeftOutAsATrainingWouldHaveThem() throws IOException {
        String answersLong = ROW.replace("Ho", "Ho ".repeat(200).strip()).formatted("a");

        PreviewedRow cut =
                preview(100, "truncate", 0, Map.of(), answersLong).rows().get(0);
        assertThat(cut.truncated()).isTrue();
        assertThat(cut.length()).isGreaterThan(200);
        assertThat(cut.sequences().get(0).ids()).hasSize(100);
        assertThat(cut.findings()).isEmpty();

        PreviewedRow dropped =
                preview(100, "drop", 0, Map.of(), answersLong).rows().get(0);
        assertThat(dropped.dropped()).isTrue();
        assertThat(dropped.sequences()).isEmpty();
        assertThat(dropped.findings()).isEmpty();
    }

    @Test
    void theChatTemplateIsGivenWhatWasAskedFor() throws IOException {
        Files.writeString(
                model.resolve("chat_template.jinja"),
                "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}"
                        + "{% if not (think | default(true)) %}[{{ n + 1 }} {{ more.a[1] }}]{% endif %}{% endif %}"
                        + "{{ m.content }}<|im_end|>\n{% endfor %}"
                        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}");

        PreviewedRow plain =
                preview(100, "fail", 0, Map.of(), ROW.formatted("a")).rows().get(0);
        PreviewedRow told = preview(
                        100,
                        "fail",
                        0,
                        Map.of("think", false, "n", BigInteger.ONE, "more", Map.of("a", List.of(1.5, "x"))),
                        ROW.formatted("a"))
                .rows()
                .get(0);

        assertThat(text(plain.sequences().get(0), true)).isEqualTo("Ho<|im_end|>");
        assertThat(text(told.sequences().get(0), true)).isEqualTo("[2 x]Ho<|im_end|>");
    }

    @Test
    void theTimeThatATemplatePrintsIsTheOneThatIsGiven() throws IOException {
        Files.writeString(
                model.resolve("chat_template.jinja"),
                "{{ strftime_now('%d %b %Y') }}\n{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}"
                        + "<|im_end|>\n"
                        + "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}");
        Path file = Files.write(folder.resolve("rows.jsonl"), List.of(ROW.formatted("a")));
        var data = new TrainerSpec.Data(
                file, null, new TrainerSpec.ChatSettings(Map.of(), LocalDateTime.of(2024, 2, 29, 23, 59, 59)));

        PreviewedRow row = preview(data, 100, "fail", 0).rows().get(0);

        assertThat(text(row.sequences().get(0), false)).startsWith("29 Feb 2024\n");
    }

    private static String text(PreviewedSequence sequence, boolean target) {
        return sequence.pieces().stream()
                .filter(piece -> piece.target() == target)
                .map(PreviewedPiece::text)
                .collect(Collectors.joining());
    }

    private Previewed preview(int maxLength, String overlong, int line, Map<String, Object> kwargs, String... lines)
            throws IOException {
        Path file = Files.write(folder.resolve("rows.jsonl"), List.of(lines));
        var data = new TrainerSpec.Data(file, null, new TrainerSpec.ChatSettings(kwargs, null));
        return preview(data, maxLength, overlong, line);
    }

    private Previewed preview(TrainerSpec.Data data, int maxLength, String overlong, int line) throws IOException {
        Hyperparameters settings = Hyperparameters.AUTO
                .with(Hyperparameters.MAX_LENGTH, maxLength)
                .with(Hyperparameters.OVERLONG_ROWS, overlong);
        return new Previewing(
                        new TrainerSpec.Preview(model, "cpu", 1, data, settings, line, 20),
                        new Heartbeat(message -> {}))
                .run();
    }
}
