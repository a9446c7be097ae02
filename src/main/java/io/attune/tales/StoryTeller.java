package io.attune.tales;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes questions for prose stories, and the stories (story.txt). */
final class StoryTeller {

    private static final Grammar STORY = Grammar.read("story.txt");

    private StoryTeller() {}

    /** A user's question with all facts that the story needs. */
    static String prompt(Subject subject, Random random) {
        Grammar grammar = grammar(subject, random);
        return grammar.draw("prompt", random) + (subject.friendAsked() ? grammar.draw("prompt-friend", random) : "");
    }

    /** A story of 5 to 12 sentences in one paragraph. */
    static String story(Subject subject, Random random) {
        return grammar(subject, random).draw("story", random).strip();
    }

    /** A text of any other rule of the grammar about the subject. */
    static String draw(String rule, Subject subject, Random random) {
        return grammar(subject, random).draw(rule, random);
    }

    private static Grammar grammar(Subject subject, Random random) {
        Map<String, String> words = new HashMap<>(subject.words());
        words.put("detail", Subjects.one(subject.place().prose(), random));
        words.put("note", Subjects.one(subject.thing().prose(), random));
        // A story looks in several spots, and mentions them again later.
        List<String> spots = new ArrayList<>(STORY.alternatives("spot"));
        Collections.shuffle(spots, random);
        words.put("spot", spots.get(0));
        words.put("spot2", spots.get(1));
        words.put("spot3", spots.get(2));
        words.put("work", Subjects.one(STORY.alternatives("work"), random));
        words.put("list", Subjects.listOfWords(random));
        words.put("said", STORY.with(words).draw("facts", random));
        return STORY.with(words);
    }
}
