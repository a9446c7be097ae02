package io.attune.tales;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Tells the same tales in verse (verse.txt and the rhyming lines of places.txt and things.txt). */
final class Poet {

    private static final Grammar VERSE = Grammar.read("verse.txt");

    private static final List<Rhyme> RHYMES = rhymes();

    private Poet() {}

    /** The last words of a couplet's two lines. */
    record Rhyme(String first, String second) {}

    /** A pair of words that ends some couplet. */
    static Rhyme rhyme(Random random) {
        return Subjects.one(RHYMES, random);
    }

    /** Six lines that rhyme in pairs: on the place, on the thing, and at the end on words of their own. */
    static String verse(Subject subject, Random random) {
        Grammar grammar = VERSE.with(subject.words());
        return String.join(
                "\n",
                grammar.draw("opening", random),
                grammar.expand(Subjects.one(subject.place().verses(), random), random),
                grammar.draw("wishing", random),
                grammar.expand(Subjects.one(subject.thing().verses(), random), random),
                grammar.draw(subject.friendAsked() ? "ending-friend" : "ending", random)
                        .replace(" / ", "\n"));
    }

    private static List<Rhyme> rhymes() {
        Stream<Rhyme> topics = Stream.concat(Subjects.places().stream(), Subjects.things().stream())
                .flatMap(topic -> topic.verses().stream().map(verse -> rhyme(topic.phrase(), verse)));
        Stream<Rhyme> endings = Stream.of("ending", "ending-friend")
                .flatMap(rule -> VERSE.alternatives(rule).stream())
                .map(lines -> lines.split(" / "))
                .map(lines -> rhyme(lines[0], lines[1]));
        return Stream.concat(topics, endings).distinct().toList();
    }

    private static Rhyme rhyme(String first, String second) {
        return new Rhyme(RimeLexicon.lastWord(first), RimeLexicon.lastWord(second));
    }
}
