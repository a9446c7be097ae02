package io.attune.text.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** {@code namespace()}: the only value whose attributes a template can set. A loop can set them too. */
final class Namespace {

    private final Map<String, Object> attributes = new LinkedHashMap<>();

    Map<String, Object> attributes() {
        return attributes;
    }

    Object get(String attribute) {
        Object value = attributes.get(attribute);
        return value != null || attributes.containsKey(attribute)
                ? value
                : Undefined.missing("the namespace's attribute '" + attribute + "'");
    }

    void set(Run run, String attribute, Object value) {
        if (attribute.startsWith("_")) {
            throw new TemplateException(
                    "The chat template sets the attribute '" + attribute + "', which is not allowed.");
        }
        if (run.history() != null) {
            boolean had = attributes.containsKey(attribute);
            Object before = attributes.get(attribute);
            run.history().undo(had ? () -> attributes.put(attribute, before) : () -> attributes.remove(attribute));
        }
        run.budget().produceItems(attributes.containsKey(attribute) ? 0 : 1);
        attributes.put(attribute, value);
    }
}
