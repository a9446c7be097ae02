package io.attune.text.template;

import java.util.List;
import java.util.Map;

/** The arguments of a call. */
record Passed(List<Object> positional, Map<String, Object> named) {

    static final Passed NOTHING = new Passed(List.of(), Map.of());
}
