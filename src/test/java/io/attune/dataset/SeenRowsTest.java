package io.attune.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.dataset.RepeatedRows.Repeat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeenRowsTest {

    private static final String CHAT = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
            + "{\"role\":\"assistant\",\"content\":\"b\",\"weight\":1}],\"tools\":[{\"type\":\"function\","
            + "\"function\":{\"name\":\"f\",\"strict\":true}}]}";

    @Test
    void equalRowsAreFoundHoweverTheirJsonIsWritten() throws IOException {
        String otherwise =
                " {\"tools\": [ {\"function\": {\"strict\":true, \"name\":\"\\u0066\"}, \"type\": \"function\"} ],"
                        + " \"messages\": [{\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"role\":\"user\"},"
                        + "{\"content\":\"b\",\"role\":\"assistant\"}]}";

        RepeatedRows duplicates =
                read(new SeenRows(), CHAT + "\n\n" + otherwise + "\n").duplicates();

        assertThat(duplicates.count()).isEqualTo(1);
        assertThat(duplicates.lines()).containsExactly(new Repeat(3, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"a\"        | \"a \"",
                "\"user\"     | \"system\"",
                "\"weight\":1 | \"weight\":0},{\"role\":\"assistant\",\"content\":\"c\"",
                "true         | \"true\"",
                "true         | null",
                "\"weight\":1 | \"name\":\"b\"",
                "\"weight\":1 | \"reasoning_content\":\"b\"",
                "\"weight\":1 | \"tool_calls\":[{\"function\":{\"name\":\"f\"}}]",
            })
    void rowsThatDifferAnywhereAreNotTheSame(String here, String there) throws IOException {
        assertThat(CHAT).contains(here);

        assertThat(read(new SeenRows(), CHAT + "\n" + CHAT.replace(here, there))
                        .duplicates()
                        .count())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'prompt':[{'role':'user','content':'a'}],'completion':[{'role':'assistant','content':'b'}]}"
                        + " | {'messages':[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]}",
                "{'messages':[{'role':'assistant','content':null,'tool_calls':[{'function':{'name':'f',"
                        + "'arguments':'{\\\"x\\\": 1}'}}]}]}"
                        + " | {'messages':[{'role':'assistant','tool_calls':[{'function':{'name':'f',"
                        + "'arguments':{'x':1}}}],'name':null}]}",
                "{'messages':[{'role':'assistant','content':'b','thinking':'t'}]}"
                        + " | {'messages':[{'role':'assistant','content':'b','reasoning_content':'t'}]}",
            })
    void rowsThatTrainTheSameAreTheSame(String here, String there) throws IOException {
        assertThat(read(new SeenRows(), (here + "\n" + there).replace('\'', '"'))
                        .duplicates()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void textIsNotTheSameAsAnythingElse() throws IOException {
        assertThat(read(new SeenRows(), "{\"text\":\"a\"}\n{\"text\":\"b\"}\n{\"text\":\"a\"}")
                        .duplicates()
                        .lines())
                .containsExactly(new Repeat(3, 1));
    }

    @Test
    void aPromptAndItsCompletionDoNotRunIntoEachOther() throws IOException {
        assertThat(read(new SeenRows(), completion("ab", "c") + completion("a", "bc"))
                        .duplicates()
                        .count())
                .isZero();
    }

    @Test
    void rowsOfBothFilesAreFoundWithTheirLines() throws IOException {
        SeenRows training = read(new SeenRows(), completion("1", "x") + completion("2", "x") + completion("3", "x"));
        SeenRows validation =
                read(new SeenRows(training), completion("9", "x") + completion("2", "x") + completion("2", "x"));

        assertThat(validation.overlap()).isEqualTo(new RepeatedRows(2, List.of(new Repeat(2, 2), new Repeat(3, 2))));
        assertThat(validation.duplicates().lines()).containsExactly(new Repeat(3, 2));
        assertThat(training.overlap().count()).isZero();
    }

    @Test
    void theCountIsExactInLargeFilesAndTheLinesAreTheFirstFew() throws IOException {
        Random random = new Random(11);
        SeenRows seen = new SeenRows();
        Map<Integer, Integer> first = new HashMap<>();
        int repeated = 0;
        for (int line = 1; line <= 50_000; line++) {
            int text = random.nextInt(40_000);
            repeated += first.putIfAbsent(text, line) == null ? 0 : 1;
            seen.add(new Row.Completion(line, "p" + text, "c"));
        }
        assertThat(seen.duplicates().count()).isEqualTo(repeated);
        assertThat(seen.duplicates().lines()).hasSize(10).isSortedAccordingTo((a, b) -> a.line() - b.line());
    }

    @Test
    void lengthsAreToldByTheirOrder() {
        int[] lengths = new int[200];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = (i * 77) % 200 + 1; // 1 to 200, shuffled
        }
        assertThat(RowLengths.of(lengths)).isEqualTo(new RowLengths(1, 100.5, 100, 190, 200));
        assertThat(RowLengths.of(new int[] {7})).isEqualTo(new RowLengths(7, 7.0, 7, 7, 7));
        assertThat(RowLengths.of(new int[0])).isNull();
    }

    private static String completion(String prompt, String completion) {
        return "{\"prompt\":\"" + prompt + "\",\"completion\":\"" + completion + "\"}\n";
    }

    private static SeenRows read(SeenRows seen, String file) throws IOException {
        DatasetCheck check = RowReader.read(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), seen::add);
        assertThat(check.findings()).isEmpty();
        return seen;
    }
}
