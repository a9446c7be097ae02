package io.attune.hub;

import java.util.Optional;
import java.util.regex.Pattern;

/** The id of a model on the Hub: {@code owner/name}. The oldest models have a name alone, such as {@code gpt2}. */
public record HubId(String value) {

    /** The Hub's rule: up to 96 letters, digits, '_', '-' and '.'; '-' and '.' are not allowed at the ends. */
    private static final String PART = "\\w(?:[\\w.-]{0,94}\\w)?";

    private static final Pattern RULE = Pattern.compile(PART + "(?:/" + PART + ")?");
    private static final Pattern FILE_NAME = Pattern.compile(".*\\.(gguf|safetensors|git)");

    /** The id in a text, if the text can be one. Names of model files are no ids. */
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
