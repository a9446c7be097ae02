package io.attune.contract;

import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.Option;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An OpenAPI Overlay 1.0: changes of a document, in order.
 *
 * @see <a href="https://spec.openapis.org/overlay/v1.0.0.html">the specification</a>
 */
record Overlay(List<Action> actions) {

    private static final Configuration NODES =
            Configuration.builder().options(Option.ALWAYS_RETURN_LIST).build();

    /**
     * @param target a JSONPath of nodes of the document
     * @param description why
     * @param update merged into each of them; null if they are removed
     */
    record Action(String target, String description, Object update) {

        boolean removes() {
            return update == null;
        }
    }

    @SuppressWarnings("unchecked")
    static Overlay read(Map<String, Object> file) {
        if (!"1.0.0".equals(file.get("overlay"))) {
            throw new IllegalArgumentException("not an OpenAPI Overlay 1.0.0");
        }
        List<Action> actions = new ArrayList<>();
        for (Map<String, Object> action : (List<Map<String, Object>>) file.get("actions")) {
            boolean removes = Boolean.TRUE.equals(action.get("remove"));
            String target = (String) action.get("target");
            if (removes == action.containsKey("update")) {
                throw new IllegalArgumentException(target + " has to be updated or removed");
            }
            actions.add(new Action(target, (String) action.get("description"), removes ? null : action.get("update")));
        }
        return new Overlay(List.copyOf(actions));
    }

    /** Changes the document. An action whose target is not there is an error. */
    void apply(Map<String, Object> document) {
        for (Action action : actions) {
            List<Object> targets = JsonPath.using(NODES).parse(document).read(action.target());
            if (targets.isEmpty()) {
                throw new IllegalArgumentException("the target " + action.target() + " is not there");
            }
            if (action.removes()) {
                JsonPath.using(NODES).parse(document).delete(action.target());
            } else {
                targets.forEach(target -> merge(target, action.update()));
            }
        }
    }

    /** Objects are merged, arrays grow, all else is replaced. */
    @SuppressWarnings("unchecked")
    private static void merge(Object target, Object update) {
        if (target instanceof List<?> list) {
            ((List<Object>) list).add(copy(update));
        } else if (target instanceof Map<?, ?> node && update instanceof Map<?, ?> changes) {
            Map<String, Object> fields = (Map<String, Object>) node;
            ((Map<String, Object>) changes).forEach((name, value) -> {
                Object present = fields.get(name);
                if (present instanceof List<?> list && value instanceof List<?> more) {
                    more.forEach(item -> ((List<Object>) list).add(copy(item)));
                } else if (present instanceof Map && value instanceof Map) {
                    merge(present, value);
                } else {
                    fields.put(name, copy(value));
                }
            });
        } else {
            throw new IllegalArgumentException("an update goes into an object or an array, not into " + target);
        }
    }

    private static Object copy(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(key, copy(item)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(item -> copy.add(copy(item)));
            return copy;
        }
        return value;
    }
}
