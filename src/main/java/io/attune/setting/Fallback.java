package io.attune.setting;

import io.attune.json.Range;
import java.util.Optional;
import java.util.function.Function;

/**
 * What holds where a request does not give a setting.
 *
 * @param constant the same for every job, so the API's description names it as the default; null for none
 * @param auto how the service chooses, in words; null where the service does not choose. An answer shows {@code auto}
 *     until validation has resolved the setting.
 * @param rule the value for a job; returns null where the setting stays absent
 */
public record Fallback<T>(T constant, String auto, Function<Resolution, T> rule) {

    static <T> Fallback<T> constant(T value) {
        return new Fallback<>(value, null, job -> value);
    }

    static <T extends Number> Fallback<T> auto(T value) {
        return auto(Range.plain(value.doubleValue()), job -> value);
    }

    static <T> Fallback<T> auto(String words, Function<Resolution, T> rule) {
        return new Fallback<>(null, words, rule);
    }

    /** Computed from other settings or from the base model. */
    static <T> Fallback<T> derived(Function<Resolution, T> rule) {
        return new Fallback<>(null, null, rule);
    }

    static <T> Fallback<T> absent() {
        return derived(job -> null);
    }

    Optional<String> words() {
        return Optional.ofNullable(auto);
    }

    /** Whether the service chooses, so that an answer shows {@code auto} before validation. */
    public boolean automatic() {
        return auto != null;
    }
}
