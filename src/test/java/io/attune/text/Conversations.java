package io.attune.text;

import io.attune.dataset.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Random conversations with difficult texts, and the chat templates of the tests. */
final class Conversations {

    private static final Path TEMPLATES = Path.of("src/test/resources/text/templates");
    private static final List<String> WORDS = List.of(
            " ", "\n", "the", "re", "B", "é", "😀", "\n\n", "a", ":", " the", "  ", "1", "23", "\t", "don't", "”");
    private static final List<String> TEXTS = TokenizerGoldens.texts();

    private Conversations() {}

    /** Returns the sources by file name. */
    static Map<String, String> templates() {
        Map<String, String> templates = new TreeMap<>();
        try (Stream<Path> files = Files.list(TEMPLATES)) {
            for (Path file : files.toList()) {
                templates.put(file.getFileName().toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return templates;
    }

    /** Returns alternating turns of user and assistant. One in four answers, except the last, is not trained on. */
    static List<Message> random(Random random, boolean alwaysReasons) {
        List<Message> messages = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            messages.add(new Message("system", words(random)));
        }
        int turns = 1 + random.nextInt(4);
        for (int i = 0; i < turns; i++) {
            messages.add(new Message("user", words(random)));
            String answer = words(random) + "z";
            boolean thinks = alwaysReasons || random.nextInt(4) == 0;
            int weight = i < turns - 1 && random.nextInt(4) == 0 ? 0 : 1;
            messages.add(new Message(
                    "assistant",
                    thinks ? "<think>\n" + words(random) + "y\n</think>\n\n" + answer : answer,
                    weight,
                    null,
                    null,
                    null,
                    null));
        }
        return messages;
    }

    private static String words(Random random) {
        StringBuilder words = new StringBuilder(random.nextInt(3) == 0 ? TEXTS.get(random.nextInt(TEXTS.size())) : "");
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            words.append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return words.append('w').toString();
    }
}
