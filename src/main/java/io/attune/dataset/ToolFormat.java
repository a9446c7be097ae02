package io.attune.dataset;

import io.attune.json.JsonFault;
import io.attune.json.StrictJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads tools and tool calls: lists of objects of type function with a name. */
final class ToolFormat {

    private final RowFindings findings;

    ToolFormat(RowFindings findings) {
        this.findings = findings;
    }

    /** The tools; null for none. Tables may hold them in a JSON string. */
    List<Object> tools(Object value, String path) {
        if (!(value instanceof String text) || text.isBlank()) {
            return functions(value, path);
        }
        try {
            return functions(StrictJson.read(text, RowReader.MAX_NESTING, findings.values()), path);
        } catch (JsonFault fault) {
            tell(fault, path);
            return null;
        }
    }

    /** The calls, with the arguments of each as a map; null for none. */
    List<Object> calls(Object value, String path) {
        List<Object> calls = functions(value, path);
        if (calls == null) {
            return null;
        }
        List<Object> read = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            Map<String, Object> given = RowObject.asObject(calls.get(i));
            if (given != null && given.get("function") instanceof Map) {
                Map<String, Object> function = new LinkedHashMap<>(RowObject.asObject(given.get("function")));
                function.put(
                        "arguments", arguments(function.get("arguments"), path + "[" + i + "].function.arguments"));
                Map<String, Object> call = new LinkedHashMap<>(given);
                call.put("function", function);
                read.add(call);
            }
        }
        return read;
    }

    /** Reads arguments. OpenAI writes them as a JSON string. Templates need an object, and servers pass one. */
    private Map<String, Object> arguments(Object value, String path) {
        if (RowObject.isAbsent(value) || value instanceof String text && text.isBlank()) {
            return new LinkedHashMap<>();
        }
        Object arguments = value;
        if (value instanceof String text) {
            try {
                arguments = StrictJson.read(text, RowReader.MAX_NESTING, findings.values());
            } catch (JsonFault fault) {
                tell(fault, path);
                return null;
            }
        }
        if (!(arguments instanceof Map)) {
            findings.tell(
                    path,
                    (value instanceof String ? "The string holds JSON that is not an object." : "It is not an object.")
                            + " Write the arguments as an object such as {\"city\": \"Oslo\"}, or as a string"
                            + " that holds one.");
        }
        return RowObject.asObject(arguments);
    }

    /** Reports the fault of the JSON in a string. */
    private void tell(JsonFault fault, String path) {
        boolean inside = !fault.field().isEmpty();
        findings.tell(
                path + (inside && !fault.field().startsWith("[") ? "." : "") + fault.field(),
                inside
                        ? fault.getMessage()
                        : "The string is not JSON (its " + fault.place() + "): " + fault.getMessage());
    }

    private List<Object> functions(Object value, String path) {
        if (RowObject.isAbsent(value)) {
            return null;
        }
        List<Object> items = RowObject.asArray(value);
        if (items == null) {
            findings.tell(path, "It is not an array. Write a list, or leave it out.");
            return null;
        }
        for (int i = 0; i < items.size(); i++) {
            String at = path + "[" + i + "]";
            Map<String, Object> item = RowObject.asObject(items.get(i));
            Map<String, Object> function = item == null ? null : RowObject.asObject(item.get("function"));
            if (function == null) {
                findings.tell(
                        at + ".function",
                        "The function is missing. Write {\"type\": \"function\", \"function\": {...}}.");
            } else if (!(function.get("name") instanceof String)) {
                findings.tell(at + ".function.name", "The name is missing or not a string. Name the function.");
            }
            if (item != null && item.get("type") != null && !"function".equals(item.get("type"))) {
                findings.tell(
                        at + ".type", "The type is not 'function'; others are not supported. Write functions only.");
            }
        }
        return items;
    }
}
