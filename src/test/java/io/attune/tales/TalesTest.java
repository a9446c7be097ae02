package io.attune.tales;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.tales.VerseJudge.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TalesTest {

    private final VerseJudge judge = new VerseJudge(RimeLexicon.bundled());

    @Test
    void verseIsThreeRhymingCoupletsAboutItsSubject() {
        List<Answer> verses = subjects(500).stream()
                .map(subject -> new Answer(subject.name(), Poet.verse(subject, new Random(subject.hashCode()))))
                .toList();
        VerseJudge.Report report = judge.report(verses);

        assertThat(report.couplets()).isEqualTo(1500);
        assertThat(report.share()).isEqualTo(1.0);
        assertThat(report.subjectsNamed()).isEqualTo(500);
    }

    @Test
    void storiesAreProseThatRhymesByChanceAlone() {
        List<Answer> stories = subjects(2000).stream()
                .map(subject -> new Answer(subject.name(), StoryTeller.story(subject, new Random(subject.hashCode()))))
                .toList();
        VerseJudge.Report report = judge.report(stories);

        assertThat(report.share()).isLessThan(0.05);
        assertThat(report.subjectsNamed()).isEqualTo(2000);
    }

    @Test
    void aStoryKeepsWhatTheQuestionSays() {
        Random random = new Random(5);
        for (Subject subject : subjects(500)) {
            String prompt = StoryTeller.prompt(subject, random);
            String story = StoryTeller.story(subject, random);
            for (String text : List.of(prompt, story)) {
                assertThat(text)
                        .contains(subject.name(), subject.animal())
                        .containsIgnoringCase(subject.place().phrase())
                        .contains(subject.thing().phrase());
            }
            assertThat(story)
                    .contains(subject.friend())
                    .doesNotContain("{", "[", "  ", " ,")
                    .doesNotContainPattern("(?i)\\b(a [aeiou]|an [^aeiou])")
                    .matches("(?s)[\"A-Z].*[.!?]\"?");
        }
    }

    @Test
    void aStorySaysSheOrHeButNotBoth() {
        Random random = new Random(6);
        for (Subject subject : subjects(500)) {
            String story = StoryTeller.story(subject, random);
            String others = subject.she() ? "(?i)\\b(he|him|his)\\b" : "(?i)\\b(she|her|hers)\\b";
            assertThat(story).doesNotContainPattern(others);
        }
    }

    @Test
    void nobodyHeldOutIsMetInTraining() {
        Set<String> heldOut = DemoData.heldOutPairs();
        List<String> texts = new ArrayList<>();
        new TalesCorpus(7).rows(3000).forEach(row -> row.messages().forEach(turn -> texts.add(turn.content())));
        DemoData.training().forEach(row -> row.messages().forEach(turn -> texts.add(turn.content())));

        assertThat(heldOut).hasSize(50);
        assertThat(DemoData.heldOut()).extracting(DemoData.HeldOut::name).doesNotHaveDuplicates();
        assertThat(DemoData.heldOut()).allSatisfy(subject -> {
            assertThat(subject.prompt()).contains(subject.name());
            assertThat(texts).noneMatch(text -> text.contains(subject.subject().nameAndAnimal()));
            assertThat(texts).doesNotContain(subject.prompt());
        });
    }

    @Test
    void everyWordOfAHeldOutQuestionIsKnownToTheBaseModel() {
        Set<String> known = new HashSet<>();
        new TalesCorpus(8)
                .rows(3000)
                .forEach(row -> row.messages()
                        .forEach(turn -> known.addAll(List.of(turn.content().split("[^A-Za-z]+")))));

        assertThat(DemoData.heldOut())
                .allSatisfy(
                        subject -> assertThat(known).contains(subject.prompt().split("[^A-Za-z]+")));
    }

    @Test
    void theSameSeedWritesTheSameFiles(@TempDir Path folder) throws Exception {
        for (String run : List.of("one", "two")) {
            TalesCorpus.main(new String[] {"--out", folder.resolve(run).toString(), "--rows", "50", "--seed", "9"});
        }
        TalesCorpus.main(new String[] {"--out", folder.resolve("other").toString(), "--rows", "50", "--seed", "10"});

        assertThat(folder.resolve("one/train.jsonl")).hasSameBinaryContentAs(folder.resolve("two/train.jsonl"));
        assertThat(Files.readAllLines(folder.resolve("one/train.jsonl"))).hasSize(50);
        assertThat(Files.readString(folder.resolve("other/train.jsonl")))
                .isNotEqualTo(Files.readString(folder.resolve("one/train.jsonl")));
    }

    @Test
    void theDemoHas400RowsAnd40ForValidation(@TempDir Path folder) throws Exception {
        DemoData.write(folder);

        assertThat(Files.readAllLines(folder.resolve("train.jsonl")))
                .hasSize(400)
                .doesNotHaveDuplicates();
        assertThat(Files.readAllLines(folder.resolve("validation.jsonl"))).hasSize(40);
    }

    @Test
    void aWrongOptionIsRefusedByName() {
        assertThatThrownBy(() -> TalesCorpus.main(new String[] {"--out", "x", "--rows", "many"}))
                .hasMessageContaining("--rows 'many'");
        assertThatThrownBy(() -> TalesCorpus.main(new String[] {"--rows", "3"}))
                .hasMessageContaining("--out is missing");
    }

    @Test
    void articlesFitTheWordThatFollows() {
        Map<String, String> words =
                Subjects.draw("Mira", Set.of(), new Random(1)).words();

        assertThat(words.get("they")).isEqualTo("she");
        assertThat(subjects(300)).allSatisfy(subject -> {
            String adjective = subject.adjective();
            assertThat(subject.words().get("an")).startsWith(adjective.equals("old") ? "an old " : "a " + adjective);
        });
    }

    private static List<Subject> subjects(int count) {
        Random random = new Random(4);
        List<Subject> subjects = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            subjects.add(Subjects.draw(Subjects.one(Subjects.names(), random), Set.of(), random));
        }
        return subjects;
    }
}
