package io.attune.text.template;

import java.util.List;

/**
 * An immutable list, printed in parentheses.
 *
 * @param names attributes by which items can be had too; empty for most
 */
record Tuple(List<Object> items, List<String> names) {

    static final Tuple EMPTY = new Tuple(List.of());

    Tuple(List<Object> items) {
        this(items, List.of());
    }
}
