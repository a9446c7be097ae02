package io.attune.tales;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Draws subjects from words.txt, places.txt and things.txt. */
final class Subjects {

    private static final Grammar WORDS = Grammar.read("words.txt");
    private static final List<Topic> PLACES = Topic.read("places.txt");
    private static final List<Topic> THINGS = Topic.read("things.txt");
    private static final Set<String> SHE = Set.copyOf(words("she"));

    private Subjects() {}

    static List<Topic> places() {
        return PLACES;
    }

    static List<Topic> things() {
        return THINGS;
    }

    /** All names of words.txt. */
    static List<String> names() {
        List<String> names = new ArrayList<>(words("she"));
        names.addAll(words("he"));
        return names;
    }

    /** Draws a subject with this name. Its pair of name and animal is not in {@code without}. */
    static Subject draw(String name, Set<String> without, Random random) {
        while (true) {
            Topic thing = one(THINGS, random);
            String animal = one(words("animal"), random);
            String friend = one(words("friend"), random);
            Subject subject = new Subject(
                    name,
                    SHE.contains(name) || name.endsWith("a"),
                    one(words("adjective"), random),
                    animal,
                    one(PLACES, random),
                    one(words(thing.kind().equals("food") ? "food-adjective" : "thing-adjective"), random),
                    thing,
                    one(words("friend-adjective"), random),
                    friend,
                    random.nextBoolean());
            // the text could not tell two animals of one kind apart
            if (!animal.equals(friend) && !without.contains(subject.nameAndAnimal())) {
                return subject;
            }
        }
    }

    /** A name made of syllables. Many such names teach a model to copy names instead of memorising them. */
    static String inventedName(Random random) {
        StringBuilder name = new StringBuilder();
        int syllables = 2 + random.nextInt(2);
        for (int i = 0; i < syllables; i++) {
            name.append("bdfgjklmnprstvwz".charAt(random.nextInt(16)));
            name.append("aeiou".charAt(random.nextInt(5)));
        }
        name.append(one(List.of("", "n", "l", "r", "s", "na", "la", "mo", "ko"), random));
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    /** Three to twelve unrelated words, separated by commas. */
    static String listOfWords(Random random) {
        return IntStream.range(0, 3 + random.nextInt(10))
                .mapToObj(i -> switch (random.nextInt(5)) {
                    case 0 -> one(words("animal"), random);
                    case 1 -> one(words("adjective"), random);
                    case 2 -> one(THINGS, random).phrase();
                    case 3 -> inventedName(random);
                    default -> one(names(), random);
                })
                .collect(Collectors.joining(", "));
    }

    static <T> T one(List<T> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static List<String> words(String list) {
        return WORDS.alternatives(list).stream()
                .flatMap(line -> Arrays.stream(line.split(" ")))
                .toList();
    }
}
