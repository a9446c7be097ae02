package io.attune.tales;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells the tales in verse (verse.txt). */
final class Poet {

    private static final Grammar VERSE = Grammar.read("verse.txt");

    private Poet() {}

    /** A poem of three couplets: the opening, the wish, and the ending. */
    static String verse(Subject subject, Random random) {
        Grammar grammar = VERSE.with(subject.words());
        return Stream.of("opening", "wishing", subject.friendAsked() ? "ending-friend" : "ending")
                .map(rule -> grammar.draw(rule, random).replace(" / ", "\n"))
                .collect(Collectors.joining("\n"));
    }
}
