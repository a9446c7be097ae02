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
    void coupletsOfRhymingWordsAreCounted() {
        Verdict verdict = judge.judge(new Answer("Mira", GOOD));

        assertThat(verdict.couplets()).isEqualTo(2);
        assertThat(verdict.rhyming()).isEqualTo(2);
        assertThat(verdict.subjectNamed()).isTrue();
    }

    @Test
    void aWordDoesNotRhymeWithItself() {
        assertThat(rhyming("She lived beside the river,\nand nothing but the River!"))
                .isZero();
    }

    @Test
    void linesThatRhymeCrosswiseAreNoCouplets() {
        assertThat(rhyming("the river\nthe kite\na shiver\nthe night")).isZero();
    }

    @Test
    void wordsThatAreOnlySpelledAlikeDoNotRhyme() {
        assertThat(rhyming("a cough\nenough")).isZero();
        assertThat(rhyming("a bear\nan ear")).isZero();
    }

    @Test
    void quotesDashesAndStopsAtTheEndOfALineDoNotMatter() {
        assertThat(rhyming("\"Look at the KITE!\" -\nshe said in the \"night\"..."))
                .isEqualTo(1);
    }

    @Test
    void emptyLinesAreNoLines() {
        assertThat(rhyming("\na kite\n\n  \nthe night\n")).isEqualTo(1);
    }

    @Test
    void aLineLeftOverIsACoupletThatDoesNotRhyme() {
        Verdict verdict = judge.judge(new Answer("Mira", "a kite\nthe night\nso light"));

        assertThat(verdict.couplets()).isEqualTo(2);
        assertThat(verdict.rhyming()).isEqualTo(1);
    }

    @Test
    void sentencesOfAParagraphAreItsLines() {
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
    void proseThatRhymesIsNotSpared() {
        assertThat(rhyming("She had a kite. It was the night.")).isEqualTo(1);
    }

    @Test
    void aNameInsideAnotherWordIsNotTheSubject() {
        assertThat(named("Ann", "Annabel was happy.")).isFalse();
        assertThat(named("Ann", "That was Ann's kite.")).isTrue();
        assertThat(named("Ann", "It was ANN!")).isTrue();
    }

    @Test
    void anEmptyAnswerHasNothing() {
        VerseJudge.Report report = judge.report(List.of(new Answer("Mira", " \n")));

        assertThat(report.share()).isZero();
        assertThat(report.distinctShare()).isZero();
        assertThat(report.subjectsNamed()).isZero();
    }

    @Test
    void repeatedLinesCountOnceWhateverTheirPunctuation() {
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
