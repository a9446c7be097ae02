package io.attune.text.template;

import java.util.HashMap;
import java.util.Map;

/** {@code namespace()}: the one value whose attributes a template can set, also from inside a loop. */
record Namespace(Map<String, Object> attributes) {

    Namespace() {
        this(new HashMap<>());
    }

    Object get(String attribute) {
        return attributes.containsKey(attribute)
                ? attributes.get(attribute)
                : new Undefined("the namespace's attribute '" + attribute + "'");
    }
}
