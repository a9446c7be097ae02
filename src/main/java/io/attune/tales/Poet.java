package io.attune.tales;

import java.util.Random;

/** Tells the same tales in verse (verse.txt and the rhyming lines of places.txt and things.txt). */
final class Poet {

    private static final Grammar VERSE = Grammar.read("verse.txt");

    private Poet() {}

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
}
