package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.dataset.RowReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcerptTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "'a\nb\nc\n', 0, 2, '1:a 2:b', true",
        "'a\nb\nc\n', 0, 3, '1:a 2:b 3:c', false",
        "'a\nb\nc', 0, 3, '1:a 2:b 3:c', false",
        "'a\nb\nc', 0, 20, '1:a 2:b 3:c', false",
        "'a\nb\n\n \t\r\n', 0, 2, '1:a 2:b', false",
        "'\n\r\na\n\nb\nc', 0, 2, '3:a 5:b', true",
        "'a\nb\nc\n', 1, 2, '1:a', true",
        "'a\nb\nc\n', 2, 2, '2:b', true",
        "'a\nb\nc\n', 3, 2, '3:c', false",
        "'a\nb\nc', 3, 2, '3:c', false",
        "'a\nb\nc\n', 4, 2, '', false",
        "'a\nb\nc', 2147483647, 2, '', false",
        "'a\n\nc\n', 2, 2, '', true",
        "'', 0, 3, '', false",
        "'', 1, 3, '', false"
    })
    void theLinesThatAreAskedForAreTakenWithTheirNumbers(
            String file, int line, int count, String expected, boolean more) throws IOException {
        Excerpt excerpt = Excerpt.read(Files.writeString(folder.resolve("rows.jsonl"), file), line, count);

        String lines = String.join(
                " ",
                excerpt.lines().stream()
                        .map(l -> l.number() + ":" + new String(l.bytes(), StandardCharsets.UTF_8))
                        .toList());
        assertThat(lines).isEqualTo(expected);
        assertThat(excerpt.more()).isEqualTo(more);
    }

    @Test
    void asAStreamRowsKeepTheirLines() throws IOException {
        Path file =
                Files.writeString(folder.resolve("rows.jsonl"), "\n\n{\"prompt\": \"\", \"completion\": 1}\n\n{}\n{]");

        Excerpt excerpt = Excerpt.read(file, 0, 3);

        assertThat(RowReader.check(excerpt.stream()).findings())
                .extracting(finding -> finding.line())
                .contains(3, 5, 6);
        assertThat(RowReader.check(excerpt.lines().get(1).stream()).findings())
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.line()).isEqualTo(5));
    }

    @Test
    void anOverlongLineIsStillFoundToBeOne() throws IOException {
        Path file = Files.writeString(
                folder.resolve("rows.jsonl"), "{\"a\": \"" + "x".repeat(RowReader.MAX_LINE_BYTES) + "\"}\n{}\n");

        Excerpt excerpt = Excerpt.read(file, 1, 1);

        assertThat(excerpt.lines().get(0).bytes().length).isEqualTo(RowReader.MAX_LINE_BYTES + 1);
        assertThat(RowReader.check(excerpt.stream()).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.problem()).contains("longer than"));
        assertThat(excerpt.more()).isTrue();
    }
}
