package io.attune.text.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** The names that a template reads from the variables of a rendering, in order of their first use. */
final class Variables {

    private final Map<String, Integer> indexes = new LinkedHashMap<>();

    int index(String name) {
        return indexes.computeIfAbsent(name, k -> indexes.size());
    }

    /**
     * Returns the values for a rendering: the given variables, else the functions that every template has, else no
     * value.
     */
    Object[] values(Map<String, ?> given) {
        Object[] values = new Object[indexes.size()];
        indexes.forEach((name, index) -> {
            Object value = given.get(name);
            values[index] = value != null || given.containsKey(name) ? value : Function.valueOf(name, Frame.MISSING);
        });
        return values;
    }
}
