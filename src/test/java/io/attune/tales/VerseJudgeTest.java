package io.attune.tales;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.tales.VerseJudge.Answer;
import io.attune.tales.VerseJudge.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerseJudgeTest {

    private static final String GOOD = """
            Mira the fox lived by the river,
            where cold winds made the fox shiver.
            All that Mira wanted was a red kite,
            so Mira the fox held on tight.""";

    private final VerseJudge judge = new VerseJudge(RimeLexicon.bundled());

    @Test
    void couplets_of_rhyming_words_are_counted() {
        Verdict verdict = judge.judge(new Answer("Mira", GOOD));

        assertThat(verdict.couplets()).isEqualTo(2);
        assertThat(verdict.rhyming()).isEqualTo(2);
        assertThat(verdict.subjectNamed()).isTrue();
    }

    @Test
    void a_word_does_not_rhyme_with_itself() {
        assertThat(rhyming("She lived beside the river,\nand nothing but the River!"))
                .isZero();
    }

    @Test
    void lines_that_rhyme_crosswise_are_no_couplets() {
        assertThat(rhyming("the river\nthe kite\na shiver\nthe night")).isZero();
    }

    @Test
    void words_that_are_only_spelled_alike_do_not_rhyme() {
        assertThat(rhyming("a cough\nenough")).isZero();
        assertThat(rhyming("a bear\nan ear")).isZero();
    }

    @Test
    void quotes_dashes_and_stops_at_the_end_of_a_line_do_not_matter() {
        assertThat(rhyming("\"Look at the KITE!\" -\nshe said in the \"night\"..."))
                .isEqualTo(1);
    }

    @Test
    void empty_lines_are_no_lines() {
        assertThat(rhyming("\na kite\n\n  \nthe night\n")).isEqualTo(1);
    }

    @Test
    void a_line_left_over_is_a_couplet_that_does_not_rhyme() {
        Verdict verdict = judge.judge(new Answer("Mira", "a kite\nthe night\nso light"));

        assertThat(verdict.couplets()).isEqualTo(2);
        assertThat(verdict.rhyming()).isEqualTo(1);
    }

    @Test
    void sentences_of_a_paragraph_are_its_lines() {
        Verdict verdict = judge.judge(new Answer(
                "Mira",
                "Mira lived by the river. \"Can you help me?\" asked the crow. It was night. She shared the light."));

        assertThat(verdict.lines())
                .containsExactly(
                        "Mira lived by the river.",
                        "\"Can you help me?\"",
                        "asked the crow.",
                        "It was night.",
                        "She shared the light.");
        assertThat(verdict.couplets()).isEqualTo(3);
        assertThat(verdict.rhyming()).isZero();
    }

    @Test
    void prose_that_rhymes_is_not_spared() {
        assertThat(rhyming("She had a kite. It was the night.")).isEqualTo(1);
    }

    @Test
    void a_name_inside_another_word_is_not_the_subject() {
        assertThat(named("Ann", "Annabel was happy.")).isFalse();
        assertThat(named("Ann", "That was Ann's kite.")).isTrue();
        assertThat(named("Ann", "It was ANN!")).isTrue();
    }

    @Test
    void an_empty_answer_has_nothing() {
        VerseJudge.Report report = judge.report(List.of(new Answer("Mira", " \n")));

        assertThat(report.share()).isZero();
        assertThat(report.distinctShare()).isZero();
        assertThat(report.subjectsNamed()).isZero();
    }

    @Test
    void repeated_lines_count_once_whatever_their_punctuation() {
        VerseJudge.Report report = judge.report(List.of(
                new Answer("Mira", GOOD),
                new Answer("Tom", GOOD.replace("Mira", "Tom").replace(" river,", " RIVER!"))));

        assertThat(report.lines()).isEqualTo(8);
        assertThat(report.distinctLines()).isEqualTo(7);
        assertThat(report.couplets()).isEqualTo(4);
        assertThat(report.rhyming()).isEqualTo(4);
        assertThat(report.share()).isEqualTo(1.0);
        assertThat(report.subjectsNamed()).isEqualTo(2);
    }

    private int rhyming(String text) {
        return judge.judge(new Answer("Mira", text)).rhyming();
    }

    private boolean named(String name, String text) {
        return judge.judge(new Answer(name, text)).subjectNamed();
    }
}
