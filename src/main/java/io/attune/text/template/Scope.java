package io.attune.text.template;

import java.util.HashMap;
import java.util.Map;

/** Variables; what is set in a scope is gone with it and leaves the outer scopes as they were. */
final class Scope {

    private final Scope outer;
    private final Map<String, Object> variables;

    private Scope(Scope outer, Map<String, Object> variables) {
        this.outer = outer;
        this.variables = variables;
    }

    static Scope of(Map<String, ?> variables) {
        return new Scope(null, new HashMap<>(variables));
    }

    Scope inner() {
        return new Scope(this, new HashMap<>());
    }

    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            if (scope.variables.containsKey(name)) {
                return scope.variables.get(name);
            }
        }
        return new Undefined("'" + name + "'");
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }
}
