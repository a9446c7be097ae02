package io.attune.text.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** The names that a template takes from the variables of a rendering, in the order in which it meets them. */
final class Variables {

    private final Map<String, Integer> indexes = new LinkedHashMap<>();

    int index(String name) {
        return indexes.computeIfAbsent(name, k -> indexes.size());
    }

    /** The values for a rendering: what is given, else the functions that every template has, else nothing. */
    Object[] values(Map<String, ?> given) {
        Object[] values = new Object[indexes.size()];
        indexes.forEach((name, index) -> {
            Object value = given.get(name);
            values[index] = value != null || given.containsKey(name) ? value : Function.valueOf(name, Frame.MISSING);
        });
        return values;
    }
}
