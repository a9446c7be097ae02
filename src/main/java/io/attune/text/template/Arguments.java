package io.attune.text.template;

import java.util.Map;

/** What a filter, test or method is called with: index of the parameter to value. */
record Arguments(Map<Integer, Object> given) {

    static final Arguments NONE = new Arguments(Map.of());

    boolean has(int parameter) {
        return given.containsKey(parameter);
    }

    Object get(int parameter) {
        return given.get(parameter);
    }
}
