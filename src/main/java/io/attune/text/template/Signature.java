package io.attune.text.template;

import java.util.List;

/**
 * The parameters of a filter, test or method, in Python's order; an empty name is that of a parameter that cannot be
 * named in a call.
 *
 * @param required how many of them have to be given
 */
record Signature(int required, List<String> parameters) {

    static final Signature NONE = of(0);

    static Signature of(int required, String... parameters) {
        return new Signature(required, List.of(parameters));
    }
}
