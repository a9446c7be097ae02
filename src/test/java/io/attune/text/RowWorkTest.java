package io.attune.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.dataset.Message;
import io.attune.dataset.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cost of a row is a count, so these tests do not depend on the machine. */
class RowWorkTest {

    /** Reads all messages from the last to the first before it writes the first, like Qwen 3's template. */
    private static final String LOOKS_BACK =
            "{% set n = namespace(last=messages|length) %}{% for m in messages[::-1] %}"
                    + "{% if m.role == 'user' and n.last == messages|length %}{% set n.last = loop.index0 %}{% endif %}"
                    + "{% endfor %}"
                    + TinyModel.TURNS;

    @TempDir
    Path folder;

    @Test
    void aRowOfAnswersAloneCostsAsMuchAsItIsLong() throws IOException {
        TinyModel.write(folder, TinyModel.TURNS, TinyModel.Prefix.NONE);

        long work = workOf(answers(500, "a"));

        assertThat(work).isPositive();
        assertThat(workOf(answers(2000, "a"))).isBetween(3 * work, 5 * work);
    }

    @Test
    void answersThatAreNotFoundAgainCostNoMoreThanTheTextTheyAreLookedForIn() throws IOException {
        TinyModel.write(folder, TinyModel.TURNS, TinyModel.Prefix.NONE);

        long work = workOf(answers(100, "The quick brown fox jumps over the lazy dog. "));

        assertThat(workOf(answers(400, "The quick brown fox jumps over the lazy dog. ")))
                .isBetween(3 * work, 6 * work);
    }

    @Test
    void aConversationThatTheTemplateGoesThroughAnewForEachAnswerEndsWithTheWayOut() throws IOException {
        TinyModel.write(folder, LOOKS_BACK, TinyModel.Prefix.NONE);

        assertThatThrownBy(() -> workOf(answers(4000, "a")))
                .isInstanceOf(UnencodableRowException.class)
                .hasMessageContainingAll(
                        "Line 7", "more work", "for each of its 4000 answers", "Split it into several rows");
    }

    @Test
    void aConversationOfManyTurnsIsReadWithSuchATemplateToo() throws IOException {
        TinyModel.write(folder, LOOKS_BACK, TinyModel.Prefix.NONE);

        assertThat(workOf(answers(300, "a"))).isLessThan(Allowance.ofRow(answers(300, "a")) / 4);
    }

    @Test
    void whatATemplateDoesWithALongTextCountsForEachOfItsRenderings() throws IOException {
        String source = "{% set words = ('x ' * 400000).split() %}{{ messages|length }}" + TinyModel.TURNS;
        TinyModel.write(folder, source, TinyModel.Prefix.NONE);

        assertThatThrownBy(() -> workOf(answers(1000, "a")))
                .isInstanceOf(UnencodableRowException.class)
                .hasMessageContaining("more work");
    }

    @Test
    void whatATemplateDoesNotStopAtRowsThatWereReadBefore() throws IOException {
        TinyModel.write(folder, LOOKS_BACK, TinyModel.Prefix.NONE);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            RowEncoder encoder = TinyModel.encoder(folder, tokenizer);

            assertThatThrownBy(() -> encoder.encode(answers(4000, "a"))).isInstanceOf(UnencodableRowException.class);

            long before = encoder.work();
            assertThat(encoder.encode(answers(2, "a")).tokens().targets()).isPositive();
            assertThat(encoder.work()).isGreaterThan(before);
        }
    }

    private long workOf(Row.Chat row) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            RowEncoder encoder = TinyModel.encoder(folder, tokenizer);
            encoder.encode(row);
            return encoder.work();
        }
    }

    private static Row.Chat answers(int count, String text) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(new Message("assistant", text));
        }
        return new Row.Chat(7, messages, null);
    }
}
