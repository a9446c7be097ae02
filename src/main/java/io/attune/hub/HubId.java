package io.attune.hub;

import java.util.Optional;
import java.util.regex.Pattern;

/** The id of a model on the Hub: {@code owner/name}, or a name alone for the oldest ones, such as {@code gpt2}. */
public record HubId(String value) {

    /** The Hub's rule: up to 96 letters, digits, '_', '-' and '.', the latter two not at the ends. */
    private static final String PART = "\\w(?:[\\w.-]{0,94}\\w)?";

    private static final Pattern RULE = Pattern.compile(PART + "(?:/" + PART + ")?");
    private static final Pattern FILE_NAME = Pattern.compile(".*\\.(gguf|safetensors|git)");

    /** The id that a text is, if it can be one; names of model files are none. */
    public static Optional<HubId> of(String text) {
        boolean id = RULE.matcher(text).matches() && !text.contains("--") && !text.contains("..");
        return id && !FILE_NAME.matcher(text).matches() ? Optional.of(new HubId(text)) : Optional.empty();
    }

    String folderName() {
        return value.replace("/", "--");
    }

    @Override
    public String toString() {
        return value;
    }
}
