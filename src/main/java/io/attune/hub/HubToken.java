package io.attune.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The secret that identifies the user to the Hub.
 *
 * @param source the variable or the file with the token, for messages
 */
record HubToken(String value, String source) {

    private static final long MAX_FILE = 1 << 16;

    /**
     * Reads the token from {@code HF_TOKEN}, from the file in {@code HF_TOKEN_PATH}, or from {@code token} in the
     * Hub's home folder.
     */
    static Optional<HubToken> of(Map<String, String> environment) {
        String direct = environment.getOrDefault("HF_TOKEN", "").strip();
        if (!direct.isEmpty()) {
            return Optional.of(checked(direct, "HF_TOKEN"));
        }
        Path file = file(environment);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_FILE) {
                return Optional.empty();
            }
            String text = Files.readString(file).strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(checked(text, file.toString()));
        } catch (IOException e) {
            throw new HubException("the token in " + file + " cannot be read (" + e.getMessage()
                    + "); correct the file, or set HF_TOKEN instead");
        }
    }

    /** The token file, by the rules of huggingface_hub. */
    private static Path file(Map<String, String> environment) {
        Path home = Path.of(environment.getOrDefault("HOME", "."));
        Path cache = set(environment, "XDG_CACHE_HOME").map(Path::of).orElse(home.resolve(".cache"));
        return set(environment, "HF_TOKEN_PATH")
                .or(() -> set(environment, "HF_HOME").map(folder -> folder + "/token"))
                .map(path -> path.startsWith("~/") ? home.resolve(path.substring(2)) : Path.of(path))
                .orElse(cache.resolve("huggingface/token"));
    }

    private static Optional<String> set(Map<String, String> environment, String name) {
        return Stream.ofNullable(environment.get(name))
                .filter(value -> !value.isBlank())
                .findFirst();
    }

    private static HubToken checked(String token, String source) {
        if (!token.matches("[!-~]+")) {
            throw new HubException("what " + source + " holds is no token: it has spaces or letters that no token has;"
                    + " copy the token again");
        }
        return new HubToken(token, source);
    }

    /** A text without the secret. */
    @Override
    public String toString() {
        return "token of " + source;
    }
}
