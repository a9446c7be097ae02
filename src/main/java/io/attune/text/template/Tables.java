package io.attune.text.template;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Builds the lookup tables of the names that templates can use. */
final class Tables {

    private Tables() {}

    static <T> Map<String, T> byName(T[] entries, Function<T, String> name) {
        return Arrays.stream(entries).collect(Collectors.toUnmodifiableMap(name, entry -> entry));
    }
}
