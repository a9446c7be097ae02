package io.attune.setting;

import io.attune.json.ValueType;
import java.util.Optional;

/**
 * The declaration of one setting.
 *
 * @param <T> type of the value in Java
 * @param name name in requests, answers, columns and specifications
 * @param values values that a request may give
 * @param fallback value that applies if a request gives none
 * @param about one sentence for the API's description, without the fallback
 * @param replaced the setting that this setting replaces; a request gives at most one of the two. Null for none
 */
public record Setting<T>(String name, ValueType<T> values, Fallback<T> fallback, String about, Setting<?> replaced) {

    Setting(String name, ValueType<T> values, Fallback<T> fallback, String about) {
        this(name, values, fallback, about, null);
    }

    /** The same setting, as a replacement for {@code other}. */
    Setting<T> inPlaceOf(Setting<?> other) {
        return new Setting<>(name, values, fallback, about, other);
    }

    public Optional<Setting<?>> replaces() {
        return Optional.ofNullable(replaced);
    }

    /** The text for the API's description; may be empty. */
    public String description() {
        return fallback.words()
                .map(words -> about + "; auto: " + words + ".")
                .orElse(about.isEmpty() ? "" : about + ".");
    }
}
