package io.attune.text.template;

import java.util.List;

/**
 * An immutable list that prints in parentheses.
 *
 * @param names attributes that also return the items; empty for most tuples
 */
record Tuple(List<Object> items, List<String> names) {

    static final Tuple EMPTY = new Tuple(List.of());

    Tuple(List<Object> items) {
        this(items, List.of());
    }
}
