package io.attune.tales;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Knows which words rhyme. The words on one line of rimes.txt rhyme with each other. Other words rhyme with no word.
 * No word rhymes with itself.
 */
public final class RimeLexicon {

    private final Map<String, Integer> classes = new HashMap<>();

    private RimeLexicon() {}

    /** The lexicon of rimes.txt. */
    public static RimeLexicon bundled() {
        return of(TalesText.lines("rimes.txt"));
    }

    /** A lexicon of lines with rhyming words. A line that starts with {@code -} lists words without a partner. */
    static RimeLexicon of(List<String> lines) {
        RimeLexicon lexicon = new RimeLexicon();
        int next = 0;
        for (String line : lines) {
            boolean alone = line.startsWith("- ");
            for (String word : (alone ? line.substring(2) : line).split(" ")) {
                if (lexicon.classes.put(word, next) != null) {
                    throw new IllegalArgumentException("the rime lexicon lists '" + word + "' twice");
                }
                next += alone ? 1 : 0;
            }
            next++;
        }
        return lexicon;
    }

    /** Whether the lexicon knows the word. */
    public boolean knows(String word) {
        return classes.containsKey(word.toLowerCase(Locale.ROOT));
    }

    /** Whether two different words rhyme. */
    public boolean rhyme(String one, String other) {
        String first = one.toLowerCase(Locale.ROOT);
        String second = other.toLowerCase(Locale.ROOT);
        Integer rime = classes.get(first);
        return rime != null && rime.equals(classes.get(second)) && !first.equals(second);
    }

    Set<String> words() {
        return Set.copyOf(classes.keySet());
    }

    /** The last word of a line, in lower case and without punctuation; empty if there is none. */
    static String lastWord(String line) {
        String[] words = line.toLowerCase(Locale.ROOT).split("[^\\p{L}']+");
        return Arrays.stream(words).filter(word -> !word.isEmpty()).reduce("", (before, word) -> word);
    }
}
