package io.attune.tales;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Makes the training text of the base model: conversations of a few exchanges in prose. They hold stories, questions
 * about stories, and exercises in listening (repeating words, finding a fact). The name and the animal of the demo's
 * held-out subjects never occur together.
 *
 * <p>{@code java io.attune.tales.TalesCorpus --out FOLDER [--rows N] [--seed S]} writes {@code train.jsonl} (N rows)
 * and {@code validation.jsonl} (200 rows).
 */
public final class TalesCorpus {

    private static final int VALIDATION_ROWS = 200;

    private final Random random;
    private final Set<String> heldOut = new HashSet<>(DemoData.heldOutPairs());
    private final List<String> names = Subjects.names();

    TalesCorpus(long seed) {
        this.random = new Random(seed);
    }

    public static void main(String[] args) throws IOException {
        Map<String, String> options = options(args);
        Path folder = Path.of(options.get("--out"));
        Files.createDirectories(folder);
        TalesCorpus corpus = new TalesCorpus(number(options, "--seed"));
        long rows = number(options, "--rows");
        Conversation.write(folder.resolve("validation.jsonl"), corpus.rows(VALIDATION_ROWS));
        Conversation.write(folder.resolve("train.jsonl"), corpus.rows(rows));
        System.out.println("wrote " + rows + " training and " + VALIDATION_ROWS + " validation rows to " + folder);
    }

    private static Map<String, String> options(String[] args) {
        Map<String, String> options = new LinkedHashMap<>(Map.of("--rows", "40000", "--seed", "1"));
        for (int i = 0; i < args.length; i += 2) {
            if (!Set.of("--out", "--rows", "--seed").contains(args[i]) || i + 1 == args.length) {
                throw usage("'" + args[i] + "' is not an option with a value");
            }
            options.put(args[i], args[i + 1]);
        }
        if (!options.containsKey("--out")) {
            throw usage("--out is missing");
        }
        return options;
    }

    private static long number(Map<String, String> options, String name) {
        try {
            return Long.parseLong(options.get(name));
        } catch (NumberFormatException e) {
            throw usage(name + " '" + options.get(name) + "' is not a whole number");
        }
    }

    private static IllegalArgumentException usage(String problem) {
        return new IllegalArgumentException(problem + "; usage: TalesCorpus --out FOLDER [--rows N] [--seed S]");
    }

    Iterable<Conversation> rows(long count) {
        return () -> LongStream.range(0, count).mapToObj(i -> row()).iterator();
    }

    /** Draws the next conversation. */
    Conversation row() {
        Conversation row = new Conversation();
        Subject subject = subject();
        if (random.nextInt(4) == 0) {
            row.system(StoryTeller.draw("system", subject, random));
        }
        if (random.nextInt(25) == 0) {
            exchange(row, "hello", subject);
        }
        // exercises in repeating teach a small model early to look up words in the question; stories teach it only
        // much later
        if (random.nextInt(3) == 0) {
            for (int exercises = 1 + random.nextInt(3); exercises > 0; exercises--) {
                exchange(row, "exercise", subject());
            }
            return row;
        }
        tell(row, subject);
        int further = random.nextInt(10);
        if (further < 3) {
            exchange(row, "question", subject);
        }
        if (further == 2) {
            exchange(row, "question", subject);
        } else if (further == 3) {
            Subject next = subject();
            row.exchange(StoryTeller.draw("another", next, random), StoryTeller.story(next, random));
        }
        return row;
    }

    private void tell(Conversation row, Subject subject) {
        boolean full = random.nextInt(10) > 0;
        row.exchange(
                full ? StoryTeller.prompt(subject, random) : StoryTeller.draw("short-prompt", subject, random),
                StoryTeller.story(subject, random));
    }

    private void exchange(Conversation row, String rule, Subject subject) {
        String[] both = StoryTeller.draw(rule, subject, random).split(" \\| ");
        row.exchange(both[0], both[1]);
    }

    private Subject subject() {
        String name = random.nextInt(5) == 0 ? Subjects.inventedName(random) : Subjects.one(names, random);
        return Subjects.draw(name, heldOut, random);
    }
}
