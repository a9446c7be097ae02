package io.attune.tales;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Measures whether answers are rhymed verse about their subject.
 *
 * <p>The judge works on the lines of an answer. If the answer has a single line, the judge takes its sentences as
 * lines, and so measures prose by the same rule. Lines 1 and 2 are a couplet, lines 3 and 4 are the next couplet, and
 * so on. A last line without a partner is a couplet that does not rhyme. A couplet rhymes if its two last words
 * differ and rhyme in the {@link RimeLexicon}.
 */
public final class VerseJudge {

    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?][\"']?)\\s+");

    private final RimeLexicon lexicon;

    public VerseJudge(RimeLexicon lexicon) {
        this.lexicon = lexicon;
    }

    /** An answer, and the name that it must mention. */
    public record Answer(String name, String text) {}

    /** The measurements of one answer. */
    public record Verdict(int couplets, int rhyming, List<String> lines, boolean subjectNamed) {}

    /**
     * The measurements of many answers.
     *
     * @param distinctLines the number of different lines in all answers together; case and punctuation do not count
     * @param subjectsNamed the number of answers that mention their subject
     */
    public record Report(int answers, int couplets, int rhyming, int lines, int distinctLines, int subjectsNamed) {

        /** The share of couplets that rhyme, from 0 to 1. */
        public double share() {
            return ratio(rhyming, couplets);
        }

        /** The share of different lines among all lines, from 0 to 1. */
        public double distinctShare() {
            return ratio(distinctLines, lines);
        }

        private static double ratio(int part, int whole) {
            return whole == 0 ? 0 : (double) part / whole;
        }
    }

    /** Judges one answer. */
    public Verdict judge(Answer answer) {
        List<String> lines = lines(answer.text());
        int rhyming = 0;
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            if (lexicon.rhyme(RimeLexicon.lastWord(lines.get(i)), RimeLexicon.lastWord(lines.get(i + 1)))) {
                rhyming++;
            }
        }
        return new Verdict((lines.size() + 1) / 2, rhyming, lines, names(answer));
    }

    /** Judges all answers together. */
    public Report report(List<Answer> answers) {
        int couplets = 0;
        int rhyming = 0;
        int lines = 0;
        int named = 0;
        Set<String> distinct = new HashSet<>();
        for (Answer answer : answers) {
            Verdict verdict = judge(answer);
            couplets += verdict.couplets();
            rhyming += verdict.rhyming();
            lines += verdict.lines().size();
            named += verdict.subjectNamed() ? 1 : 0;
            verdict.lines().forEach(line -> distinct.add(bare(line)));
        }
        return new Report(answers.size(), couplets, rhyming, lines, distinct.size(), named);
    }

    static List<String> lines(String text) {
        List<String> lines = text.lines().filter(line -> !bare(line).isEmpty()).toList();
        return lines.size() == 1
                ? Arrays.stream(SENTENCE_END.split(lines.get(0)))
                        .filter(line -> !bare(line).isEmpty())
                        .toList()
                : lines;
    }

    private static boolean names(Answer answer) {
        return (" " + bare(answer.text()) + " ").contains(" " + bare(answer.name()) + " ");
    }

    /** Words in lower case with one space between them. */
    private static String bare(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replaceAll("'s\\b", "")
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip();
    }
}
