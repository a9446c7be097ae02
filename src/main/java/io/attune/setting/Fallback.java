package io.attune.setting;

import io.attune.json.Range;
import java.util.Optional;
import java.util.function.Function;

/**
 * The value of a setting that a request does not give.
 *
 * @param constant the same value for every job, which the API's description names as the default; null if there is
 *     none
 * @param auto a description of how the service chooses the value; null if the service does not choose. An answer
 *     shows {@code auto} until validation has resolved the setting
 * @param rule calculates the value for a job; returns null if the setting stays absent
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

    /** Calculated from other settings or from the base model. */
    static <T> Fallback<T> derived(Function<Resolution, T> rule) {
        return new Fallback<>(null, null, rule);
    }

    static <T> Fallback<T> absent() {
        return derived(job -> null);
    }

    Optional<String> words() {
        return Optional.ofNullable(auto);
    }

    /** Whether the service chooses the value. An answer then shows {@code auto} before validation. */
    public boolean automatic() {
        return auto != null;
    }
}
