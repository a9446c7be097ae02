package io.attune.tales;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes the data of the demo. The base model answers in prose. The training rows of the demo answer in verse. 50
 * held-out subjects with 50 different names serve to judge the result.
 *
 * <p>The name and the animal of a held-out subject never occur together in the base model's text or in the demo's
 * training rows. 20 of the names occur in no training row of the demo. The data is always the same.
 */
public final class DemoData {

    private static final int TRAINING_ROWS = 400;
    private static final int VALIDATION_ROWS = 40;
    private static final int HELD_OUT = 50;
    private static final int UNSEEN_NAMES = 20;
    private static final List<HeldOut> HELD_OUT_SUBJECTS = drawHeldOut();

    private DemoData() {}

    /** A subject without training rows: the user's question, and the name that the answer must mention. */
    public record HeldOut(String name, String prompt, Subject subject) {}

    /** The 50 held-out subjects. */
    public static List<HeldOut> heldOut() {
        return HELD_OUT_SUBJECTS;
    }

    /** Writes {@code train.jsonl} (400 rows) and {@code validation.jsonl} (40 rows) into an existing folder. */
    public static void write(Path folder) throws IOException {
        Conversation.write(folder.resolve("train.jsonl"), rows(TRAINING_ROWS, 2));
        Conversation.write(folder.resolve("validation.jsonl"), rows(VALIDATION_ROWS, 3));
    }

    /** Writes the rows into a folder: {@code java io.attune.tales.DemoData FOLDER}. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("usage: DemoData FOLDER");
        }
        write(Files.createDirectories(Path.of(args[0])));
    }

    static List<Conversation> training() {
        return rows(TRAINING_ROWS, 2);
    }

    static Set<String> heldOutPairs() {
        return HELD_OUT_SUBJECTS.stream()
                .map(heldOut -> heldOut.subject().nameAndAnimal())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<String> shuffledNames() {
        List<String> names = new ArrayList<>(Subjects.names());
        Collections.shuffle(names, new Random(0));
        return names;
    }

    private static List<HeldOut> drawHeldOut() {
        Random random = new Random(1);
        return shuffledNames().stream()
                .limit(HELD_OUT)
                .map(name -> {
                    Subject subject = Subjects.draw(name, Set.of(), random);
                    return new HeldOut(name, StoryTeller.prompt(subject, random), subject);
                })
                .toList();
    }

    private static List<Conversation> rows(int count, long seed) {
        Random random = new Random(seed);
        List<String> names = shuffledNames();
        List<String> seen = names.subList(UNSEEN_NAMES, names.size());
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    Subject subject = Subjects.draw(Subjects.one(seen, random), heldOutPairs(), random);
                    return new Conversation()
                            .exchange(StoryTeller.prompt(subject, random), Poet.verse(subject, random));
                })
                .toList();
    }
}
