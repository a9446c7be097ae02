package io.attune.text;

import io.attune.dataset.Finding;
import io.attune.json.Shown;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the control tokens of a tokenizer, such as {@code <|im_end|>}, in text that people wrote. */
final class ControlTokens {

    /** Maps a first char to the tokens that begin with it, the longest first. */
    private final Map<Character, List<String>> byFirst = new HashMap<>();

    ControlTokens(Collection<String> tokens) {
        for (String token : tokens) {
            if (!token.isBlank()) {
                byFirst.computeIfAbsent(token.charAt(0), c -> new ArrayList<>()).add(token);
            }
        }
        byFirst.values()
                .forEach(list ->
                        list.sort(Comparator.comparingInt(String::length).reversed()));
    }

    /** Returns a warning that names the first control token in a field's text. */
    Optional<Finding> in(int line, String field, String text) {
        String token = first(text);
        return token == null
                ? Optional.empty()
                : Optional.of(new Finding(
                        line,
                        field,
                        "The text holds " + Shown.name(token)
                                + ". The tokenizer reads it as the control token, in training as in serving."
                                + " If the text means the words, write them in another way."));
    }

    private String first(String text) {
        for (int i = 0; i < text.length(); i++) {
            List<String> candidates = byFirst.get(text.charAt(i));
            if (candidates != null) {
                for (String token : candidates) {
                    if (text.startsWith(token, i)) {
                        return token;
                    }
                }
            }
        }
        return null;
    }
}
