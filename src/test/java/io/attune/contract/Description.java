package io.attune.contract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An OpenAPI document as flat tables of names, so that two of them can be compared and one be printed. */
final class Description {

    private static final Pattern WORDS = Pattern.compile("\\^\\(?([a-z_|-]+)\\)?\\$");

    /**
     * @param path without {@code /v1}
     * @param answers by media type of the answer 200
     */
    record Operation(
            String id,
            String resource,
            String method,
            String path,
            Map<String, Field> pathParameters,
            Map<String, Field> queryParameters,
            Map<String, Field> request,
            Map<String, Answer> answers) {}

    /** @param object name of the schema, or that of an array's items in a list; null if it has none */
    record Answer(String object, Map<String, Field> fields) {}

    private final Map<String, Object> document;

    Description(Map<String, Object> document) {
        this.document = document;
    }

    /** By id. */
    Map<String, Operation> operations() {
        Map<String, Operation> operations = new TreeMap<>();
        object(document, "paths")
                .forEach((path, item) -> map(item).forEach((method, operation) -> {
                    Operation found = operation(path.replaceFirst("^/v1(?=/)", ""), method, map(operation));
                    if (operations.put(found.id(), found) != null) {
                        throw new IllegalStateException("two operations are called " + found.id());
                    }
                }));
        return operations;
    }

    boolean has(String component) {
        return object(object(document, "components"), "schemas").containsKey(component);
    }

    /** The fields of a schema among the components. */
    Map<String, Field> component(String name) {
        Map<String, Field> fields = new LinkedHashMap<>();
        flatten("", Map.of("$ref", "#/components/schemas/" + name), fields);
        fields.remove("");
        return fields;
    }

    private Operation operation(String path, String method, Map<String, Object> operation) {
        Map<String, Field> inPath = new LinkedHashMap<>();
        Map<String, Field> inQuery = new LinkedHashMap<>();
        for (Object one : list(operation.get("parameters"))) {
            Map<String, Object> parameter = map(one);
            Map<String, Field> target = switch ((String) parameter.get("in")) {
                case "path" -> inPath;
                case "query" -> inQuery;
                default -> new LinkedHashMap<>(); // headers are no part of the contract
            };
            String name = (String) parameter.get("name");
            target.put(name, field(name, map(parameter.get("schema")), Boolean.TRUE.equals(parameter.get("required"))));
        }
        Map<String, Field> request = new LinkedHashMap<>();
        object(object(operation, "requestBody"), "content")
                .values()
                .forEach(media -> flatten("", map(map(media).get("schema")), request));
        request.remove("");
        Map<String, Answer> answers = new TreeMap<>();
        object(object(object(operation, "responses"), "200"), "content").forEach((type, media) -> {
            Map<String, Object> schema = map(map(media).get("schema"));
            Map<String, Field> fields = new LinkedHashMap<>();
            flatten("", schema, fields);
            fields.remove("");
            answers.put(type, new Answer(objectName(schema), fields));
        });
        List<Object> tags = list(operation.get("tags"));
        return new Operation(
                (String) operation.get("operationId"),
                tags.isEmpty() ? "" : (String) tags.get(0),
                method.toUpperCase(Locale.ROOT),
                path,
                inPath,
                inQuery,
                request,
                answers);
    }

    private String objectName(Map<String, Object> schema) {
        if (!(schema.get("$ref") instanceof String reference)) {
            return null;
        }
        Object data = map(map(resolved(schema).get("properties")).get("data")).get("items");
        return data == null ? reference.replaceFirst(".*/", "") : objectName(map(data));
    }

    private Field field(String name, Map<String, Object> schema, boolean required) {
        Map<String, Field> fields = new LinkedHashMap<>();
        flatten(name, schema, fields);
        Field found = fields.get(name);
        return new Field(name, required, found.types(), found.values(), found.bounds());
    }

    private void flatten(String name, Map<String, Object> schema, Map<String, Field> fields) {
        new Flattening(fields).add(name, schema, false);
    }

    /** One walk down a schema; alternatives that name a field twice are united. */
    private final class Flattening {

        private final Map<String, Field> fields;
        private final Set<String> around = new HashSet<>();

        Flattening(Map<String, Field> fields) {
            this.fields = fields;
        }

        void add(String name, Map<String, Object> schema, boolean required) {
            if (schema.get("$ref") instanceof String reference) {
                if (around.add(reference)) {
                    add(name, resolved(schema), required);
                    around.remove(reference);
                }
                return;
            }
            Set<String> types = new TreeSet<>();
            list(schema.get("type") instanceof String type ? List.of(type) : schema.get("type"))
                    .forEach(type -> types.add((String) type));
            unite(new Field(name, required, types, values(schema), bounds(schema)));
            for (String choice : List.of("anyOf", "oneOf", "allOf")) {
                for (Object alternative : list(schema.get(choice))) {
                    add(name, map(alternative), required);
                }
            }
            List<Object> needed = list(schema.get("required"));
            object(schema, "properties")
                    .forEach((field, of) ->
                            add(name.isEmpty() ? field : name + "." + field, map(of), needed.contains(field)));
            // an array that is always empty has no elements to tell of
            if (schema.get("items") instanceof Map<?, ?> items
                    && !Integer.valueOf(0).equals(schema.get("maxItems"))) {
                add(name + "[]", map(items), false);
            }
            if (schema.get("additionalProperties") instanceof Map<?, ?> others && !others.isEmpty()) {
                add(name + ".*", map(others), false);
            }
        }

        private void unite(Field more) {
            fields.merge(
                    more.name(),
                    more,
                    (one, other) -> new Field(
                            one.name(),
                            one.required() && other.required(),
                            union(one.types(), other.types()),
                            // a string of any kind beside a closed list leaves the list open
                            openString(one) || openString(other) ? Set.of() : union(one.values(), other.values()),
                            union(one.bounds(), other.bounds())));
        }

        private static boolean openString(Field field) {
            return field.types().contains("string") && field.values().isEmpty();
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> union = new TreeSet<>(one);
        union.addAll(other);
        return union;
    }

    private static Set<String> values(Map<String, Object> schema) {
        Set<String> values = new TreeSet<>();
        for (Object value : list(schema.get("enum"))) {
            values.add(String.valueOf(value));
        }
        if (schema.get("pattern") instanceof String pattern) {
            Matcher words = WORDS.matcher(pattern);
            if (words.matches()) {
                values.addAll(List.of(words.group(1).split("\\|")));
            }
        }
        return values;
    }

    private static Set<String> bounds(Map<String, Object> schema) {
        Set<String> bounds = new TreeSet<>();
        Map.of("minimum", ">=", "exclusiveMinimum", ">", "maximum", "<=", "exclusiveMaximum", "<")
                .forEach((keyword, sign) -> {
                    if (schema.get(keyword) != null) {
                        bounds.add(Field.bound(sign, schema.get(keyword)));
                    }
                });
        return bounds;
    }

    private Map<String, Object> resolved(Map<String, Object> schema) {
        if (!(schema.get("$ref") instanceof String reference)) {
            return schema;
        }
        Object node = document;
        for (String part : reference.substring(2).split("/")) {
            node = map(node).get(part);
        }
        if (node == null) {
            throw new IllegalStateException(reference + " is not there");
        }
        return map(node);
    }

    private static Map<String, Object> object(Map<String, Object> node, String name) {
        return map(node.get(name));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object node) {
        return node == null ? Map.of() : (Map<String, Object>) node;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object node) {
        return node == null ? List.of() : new ArrayList<>((List<Object>) node);
    }
}
