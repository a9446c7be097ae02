package io.attune.format;

import java.util.regex.Pattern;

/** The name of a base model, such as {@code smollm2} or {@code HuggingFaceTB/SmolLM2-135M-Instruct}. */
record ModelName(String value) {

    private static final Pattern RULE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");
    private static final int MAX_LENGTH = 128;

    static ModelName checked(String name) {
        if (name.length() > MAX_LENGTH || !RULE.matcher(name).matches()) {
            throw new ModelFormatException("\"" + name + "\" is no model name: up to " + MAX_LENGTH
                    + " letters, digits, '.', '_', '-' and '/', each part beginning with a letter or digit");
        }
        return new ModelName(name);
    }

    String folderName() {
        return value.replace("/", "--");
    }
}
