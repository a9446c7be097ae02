package io.attune.dataset;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Makes rows of parsed lines, and tells every problem of a line, not only the first. */
final class RowFormat {

    private static final Set<String> CHAT_FIELDS = Set.of("messages", "tools", "parallel_tool_calls");
    private static final Set<String> COMPLETION_FIELDS = Set.of("prompt", "completion");
    private static final Set<String> PREFERENCE_FIELDS = Set.of(
            "input", "preferred_output", "non_preferred_output", "preferred_completion", "non_preferred_completion");
    private static final Set<String> MESSAGE_FIELDS =
            Set.of("role", "content", "name", "weight", "tool_calls", "tool_call_id");
    /** Answers of chat APIs carry these as null; a value in them has no place in a prompt here. */
    private static final Set<String> UNSUPPORTED_MESSAGE_FIELDS =
            Set.of("function_call", "refusal", "audio", "annotations", "reasoning_content");

    /** Types of content parts that OpenAI has, and what it takes to understand them. */
    private static final Map<String, String> UNSUPPORTED_PARTS =
            Map.of("image_url", "vision", "input_image", "vision", "input_audio", "audio", "file", "files");

    private static final Set<String> PROMPT_ROLES = Set.of("system", "developer", "user");
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool", "function");

    private final int line;
    private final Consumer<Finding> findings;
    private boolean sound = true;

    /** {@code findings} is told every problem. */
    RowFormat(int line, Consumer<Finding> findings) {
        this.line = line;
        this.findings = findings;
    }

    /** The kind that the keys of a line show, or null. */
    static RowKind kind(Object value) {
        if (value instanceof Map<?, ?> row) {
            if (row.containsKey("messages")) {
                return RowKind.CHAT;
            }
            if (row.containsKey("prompt") || row.containsKey("completion")) {
                return RowKind.COMPLETION;
            }
            if (row.containsKey("text")) {
                return RowKind.TEXT;
            }
        }
        return null;
    }

    /** The row, or null if there was a problem. */
    Row row(Object value) {
        Map<String, Object> row = asObject(value);
        if (row == null) {
            problem("", "The line is not a JSON object. Write {\"messages\": [...]} on each line.");
            return null;
        }
        Row read = rowOf(row);
        return sound ? read : null;
    }

    private Row rowOf(Map<String, Object> row) {
        for (String field : PREFERENCE_FIELDS) {
            if (row.containsKey(field)) {
                unsupported(
                        "dpo",
                        field,
                        "Rows for preference tuning (DPO) are not supported. Write {\"messages\": [...]} rows that end with"
                                + " the preferred answer.");
                return null;
            }
        }
        RowKind kind = kind(row);
        if (kind == null) {
            problem("messages", "The row has no messages. Write {\"messages\": [...]}, or prompt and completion.");
            return null;
        }
        return switch (kind) {
            case CHAT -> chat(row);
            case COMPLETION -> completion(row);
            case TEXT -> new Row.Text(line, text(row, "text"));
        };
    }

    private Row completion(Map<String, Object> row) {
        refuseUnknown(row, COMPLETION_FIELDS, "");
        String prompt = text(row, "prompt");
        String completion = text(row, "completion");
        if (completion != null && completion.isEmpty()) {
            problem("completion", "The completion is empty, so there is nothing to learn. Write it or remove the row.");
        }
        return new Row.Completion(line, prompt, completion);
    }

    private String text(Map<String, Object> row, String field) {
        if (row.get(field) instanceof String text) {
            return text;
        }
        problem(
                field,
                row.containsKey(field) ? "It is not a string. Write text here." : "The field is missing. Add it.");
        return null;
    }

    /** Reinforcement tuning has rows of its own: a prompt without an answer, and beside it what a grader compares with. */
    private static boolean isForGraders(Map<String, Object> row) {
        List<Object> messages = asArray(row.get("messages"));
        return !CHAT_FIELDS.containsAll(row.keySet())
                && row.keySet().stream().noneMatch(COMPLETION_FIELDS::contains)
                && messages != null
                && !messages.isEmpty()
                && messages.stream()
                        .allMatch(message -> asObject(message) != null
                                && asObject(message).get("role") instanceof String role
                                && PROMPT_ROLES.contains(role));
    }

    private Row chat(Map<String, Object> row) {
        if (isForGraders(row)) {
            String extra = row.keySet().stream()
                    .filter(field -> !CHAT_FIELDS.contains(field))
                    .findFirst()
                    .orElseThrow();
            unsupported(
                    "reinforcement",
                    shortened(extra),
                    "Messages without an answer beside a field of one's own are a row for reinforcement tuning, which is not"
                            + " supported. Add the answer as a message of role assistant, and remove the field.");
            return null;
        }
        if (row.get("functions") != null) {
            problem("functions", "It is not supported. Write the functions as tools.");
        }
        for (String field : COMPLETION_FIELDS) {
            if (row.containsKey(field)) {
                problem(field, "A row has either messages or prompt and completion. Remove one of them.");
            }
        }
        refuseUnknown(row, CHAT_FIELDS, "");
        if (row.get("parallel_tool_calls") != null && !(row.get("parallel_tool_calls") instanceof Boolean)) {
            problem("parallel_tool_calls", "It is neither true nor false. Write one of them or leave it out.");
        }
        List<Object> tools = functions(row, "tools", "tools");
        List<Object> items = asArray(row.get("messages"));
        if (items == null) {
            problem("messages", "It is not an array. Write a list of messages.");
            return null;
        }
        if (items.isEmpty()) {
            problem("messages", "It is empty. Write at least one message of role assistant.");
            return null;
        }
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Message message = message(items.get(i), "messages[" + i + "]");
            if (message != null) {
                messages.add(message);
            }
        }
        if (sound && messages.stream().noneMatch(Message::isTrainedOn)) {
            boolean none = messages.stream().noneMatch(m -> m.role().equals("assistant"));
            problem(
                    "messages",
                    none
                            ? "No message is of role assistant, so there is nothing to learn. Add the answer or remove"
                                    + " the row."
                            : "Every assistant message has weight 0, so there is nothing to learn. Give one of them"
                                    + " weight 1.");
        }
        return new Row.Chat(line, List.copyOf(messages), tools);
    }

    private Message message(Object value, String path) {
        Map<String, Object> message = asObject(value);
        if (message == null) {
            problem(path, "The message is not an object. Write {\"role\": ..., \"content\": ...}.");
            return null;
        }
        for (String field : UNSUPPORTED_MESSAGE_FIELDS) {
            if (message.get(field) != null) {
                unsupported(
                        field.equals("audio") ? "audio" : null,
                        path + "." + field,
                        "It is not supported"
                                + (field.equals("function_call") ? ". Write tool_calls." : ". Remove it."));
            }
        }
        refuseUnknown(message, MESSAGE_FIELDS, path + ".");
        if (!(message.get("role") instanceof String role) || !ROLES.contains(role)) {
            problem(
                    path + ".role",
                    (message.get("role") instanceof String unknown
                                    ? "The role '" + shortened(unknown) + "' is unknown."
                                    : "The role is missing or not a string.")
                            + " Write system, developer, user, assistant or tool.");
            return null;
        }
        boolean assistant = role.equals("assistant");
        List<Object> toolCalls = functions(message, "tool_calls", path + ".tool_calls");
        if (toolCalls != null && !assistant) {
            problem(path + ".tool_calls", "Only messages of role assistant call tools. Remove it.");
        }
        String toolCallId = optionalText(message, "tool_call_id", path);
        if (toolCallId != null && !role.equals("tool")) {
            problem(path + ".tool_call_id", "Only messages of role tool answer a call. Remove it.");
        }
        return new Message(
                role.equals("developer") ? "system" : role,
                content(
                        message.get("content"),
                        path + ".content",
                        assistant && toolCalls != null && !toolCalls.isEmpty()),
                weight(message.get("weight"), path + ".weight", assistant),
                optionalText(message, "name", path),
                null,
                toolCalls,
                toolCallId);
    }

    private String content(Object content, String path, boolean mayBeMissing) {
        if (content instanceof String text) {
            return text;
        }
        if (content == null) {
            if (!mayBeMissing) {
                problem(
                        path,
                        "The content is missing. Only an assistant message with tool_calls may go without; write"
                                + " text.");
            }
            return "";
        }
        List<Object> parts = asArray(content);
        if (parts == null) {
            problem(path, "The content is neither a string nor a list of text parts. Write text.");
            return "";
        }
        if (parts.isEmpty()) {
            problem(path, "The list of parts is empty. Write text.");
        }
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            String at = path + "[" + i + "]";
            Map<String, Object> part = asObject(parts.get(i));
            if (part == null || !(part.get("type") instanceof String type)) {
                problem(at, "The part is not an object with a type. Write {\"type\": \"text\", \"text\": ...}.");
            } else if (!type.equals("text")) {
                unsupported(
                        UNSUPPORTED_PARTS.get(type),
                        at + ".type",
                        "Parts of type '" + shortened(type) + "' are not supported. Write text parts only.");
            } else if (!(part.get("text") instanceof String text)) {
                problem(at + ".text", "The text is missing or not a string. Write text here.");
            } else {
                refuseUnknown(part, Set.of("type", "text"), at + ".");
                joined.append(text);
            }
        }
        return joined.toString();
    }

    private int weight(Object weight, String path, boolean assistant) {
        if (weight == null) {
            return 1;
        }
        if (!assistant) {
            problem(path, "Only messages of role assistant have a weight. Remove it.");
        }
        if (BigInteger.ZERO.equals(weight) || BigInteger.ONE.equals(weight)) {
            return ((BigInteger) weight).intValue();
        }
        problem(path, "The weight is neither 0 nor 1. Write one of them or leave it out.");
        return 1;
    }

    /**
     * {@code tools} and {@code tool_calls} alike: objects of type function that name one. Null where there are none.
     */
    private List<Object> functions(Map<String, Object> owner, String field, String path) {
        if (owner.get(field) == null) {
            return null;
        }
        List<Object> items = asArray(owner.get(field));
        if (items == null) {
            problem(path, "It is not an array. Write a list or leave it out.");
            return null;
        }
        for (int i = 0; i < items.size(); i++) {
            String at = path + "[" + i + "]";
            Map<String, Object> item = asObject(items.get(i));
            Map<String, Object> function = item == null ? null : asObject(item.get("function"));
            if (function == null) {
                problem(
                        at + ".function",
                        "The function is missing. Write {\"type\": \"function\", \"function\": {...}}.");
            } else if (!(function.get("name") instanceof String)) {
                problem(at + ".function.name", "The name is missing or not a string. Name the function.");
            }
            if (item != null && item.get("type") != null && !"function".equals(item.get("type"))) {
                problem(at + ".type", "The type is not 'function'; others are not supported.");
            }
        }
        return items;
    }

    private String optionalText(Map<String, Object> owner, String field, String path) {
        Object value = owner.get(field);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        problem(path + "." + field, "It is not a string. Write text or leave it out.");
        return null;
    }

    private void refuseUnknown(Map<String, Object> object, Set<String> known, String path) {
        for (String field : object.keySet()) {
            boolean reported = path.isEmpty()
                    ? field.equals("functions") || COMPLETION_FIELDS.contains(field)
                    : UNSUPPORTED_MESSAGE_FIELDS.contains(field);
            if (!known.contains(field) && !reported) {
                problem(path + shortened(field), "The field is unknown. Remove it.");
            }
        }
    }

    private void problem(String field, String problem) {
        unsupported(null, field, problem);
    }

    private void unsupported(String what, String field, String problem) {
        sound = false;
        findings.accept(new Finding(line, field, problem, what));
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }

    @SuppressWarnings("unchecked") // JsonLine makes no other maps
    private static Map<String, Object> asObject(Object value) {
        return value instanceof Map ? (Map<String, Object>) value : null;
    }

    @SuppressWarnings("unchecked") // JsonLine makes no other lists
    private static List<Object> asArray(Object value) {
        return value instanceof List ? (List<Object>) value : null;
    }
}
