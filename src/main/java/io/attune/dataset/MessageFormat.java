package io.attune.dataset;

import io.attune.json.Shown;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/** Makes messages from the items of a list. */
final class MessageFormat {

    /** The names under which programs write the thoughts of an assistant before its answer. */
    private static final List<String> REASONING_FIELDS = List.of("reasoning_content", "reasoning", "thinking");

    /** Chat APIs write these fields into answers, usually empty. Prompts have no place for a value in them. */
    private static final List<String> UNSUPPORTED_FIELDS = List.of("function_call", "refusal", "audio", "annotations");

    private static final Set<String> KNOWN_FIELDS = Set.of(
            "role",
            "content",
            "name",
            "weight",
            "tool_calls",
            "tool_call_id",
            "reasoning_content",
            "reasoning",
            "thinking",
            "function_call",
            "refusal",
            "audio",
            "annotations");

    /** The types of content parts that OpenAI has, and the feature that each needs. */
    private static final Map<String, String> UNSUPPORTED_PARTS =
            Map.of("image_url", "vision", "input_image", "vision", "input_audio", "audio", "file", "files");

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool", "function");

    private final RowFindings findings;
    private final String list;
    private final boolean context;

    /**
     * @param list the field with the messages
     * @param context whether the model sees the messages as context and learns none of them
     */
    MessageFormat(RowFindings findings, String list, boolean context) {
        this.findings = findings;
        this.list = list;
        this.context = context;
    }

    /** Reads a message. Reports its problems. Gives null if the message has no role. */
    Message message(Object value, int index) {
        String path = list + "[" + index + "]";
        RowObject message = RowObject.of(value, path, findings);
        if (message == null) {
            findings.tell(path, "The message is not an object. Write {\"role\": ..., \"content\": ...}.");
            return null;
        }
        for (String field : UNSUPPORTED_FIELDS) {
            if (message.has(field)) {
                findings.tellUnsupported(
                        field.equals("audio") ? "audio" : null,
                        message.at(field),
                        "It is not supported"
                                + (field.equals("function_call") ? ". Write tool_calls." : ". Remove it."));
            }
        }
        message.refuseUnknown(KNOWN_FIELDS, "." + list + "[]");
        if (!(message.get("role") instanceof String role) || !ROLES.contains(role)) {
            message.tell(
                    "role",
                    (message.get("role") instanceof String unknown
                                    ? "The role '" + Shown.name(unknown) + "' is unknown."
                                    : "The role is missing or not a string.")
                            + " Write system, developer, user, assistant or tool.");
            return null;
        }
        boolean assistant = role.equals("assistant");
        int weight = weight(message, assistant);
        String reasoning = reasoning(message, assistant);
        List<Object> toolCalls = toolCalls(message, assistant);
        return new Message(
                role,
                content(message, assistant, weight == 1, toolCalls != null || message.has("function_call")),
                weight,
                message.optionalText("name"),
                reasoning,
                toolCalls,
                toolCallId(message, role));
    }

    private String content(RowObject message, boolean assistant, boolean learned, boolean calls) {
        Object content = message.get("content");
        String text = content instanceof List ? joinedParts(message) : content instanceof String given ? given : "";
        if (text == null) {
            return ""; // the problem is reported already
        }
        boolean missing = content == null || content instanceof List<?> parts && parts.isEmpty();
        if (!missing && !(content instanceof String) && !(content instanceof List)) {
            message.tell("content", "The content is neither a string nor a list of text parts. Write text.");
        } else if (assistant && learned && !calls && text.isBlank()) {
            message.tell(
                    "content",
                    "The answer is " + (content == null ? "missing" : "empty")
                            + ", so there is nothing to learn."
                            + " Write it, give the message weight 0, or remove the row.");
        } else if (missing && !assistant) {
            message.tell("content", "The content is missing. Only an assistant message may have none. Write text.");
        }
        return text;
    }

    /**
     * Joins the texts of the parts with line breaks, without empty texts. vLLM does the same for a template that
     * takes text. Gives null if a part is wrong.
     */
    private String joinedParts(RowObject message) {
        List<Object> parts = RowObject.asArray(message.get("content"));
        StringJoiner joined = new StringJoiner("\n");
        boolean sound = true;
        for (int i = 0; i < parts.size(); i++) {
            String at = message.at("content") + "[" + i + "]";
            RowObject part = RowObject.of(parts.get(i), at, findings);
            if (part == null || !(part.get("type") instanceof String type)) {
                findings.tell(at, "The part is not an object with a type. Write {\"type\": \"text\", \"text\": ...}.");
                sound = false;
            } else if (!type.equals("text")) {
                findings.tellUnsupported(
                        UNSUPPORTED_PARTS.get(type),
                        part.at("type"),
                        "Parts of type '" + Shown.name(type) + "' are not supported. Write text parts only.");
                sound = false;
            } else if (!(part.get("text") instanceof String text)) {
                part.tell("text", "The text is missing or not a string. Write text here.");
                sound = false;
            } else {
                part.refuseUnknown(Set.of("type", "text"), "." + list + "[].content[]?");
                if (!text.isEmpty()) {
                    joined.add(text);
                }
            }
        }
        return sound ? joined.toString() : null;
    }

    private int weight(RowObject message, boolean assistant) {
        Object weight = message.get("weight");
        if (weight == null) {
            return context ? 0 : 1;
        }
        if (!assistant) {
            message.tell("weight", "Only messages of role assistant have a weight. Remove it.");
        }
        double number = weight instanceof Number given ? given.doubleValue() : -1;
        if (number != 0 && number != 1) {
            message.tell("weight", "The weight is neither 0 nor 1. Write one of them, or leave it out.");
        } else if (number == 1 && context) {
            message.tell(
                    "weight", "Messages of a prompt are not learned. Remove the weight, or write the row as messages.");
        }
        return (int) number;
    }

    private String reasoning(RowObject message, boolean assistant) {
        String reasoning = null;
        for (String field : REASONING_FIELDS) {
            String found = message.optionalText(field);
            if (found != null && !assistant) {
                message.tell(field, "Only messages of role assistant have reasoning. Remove it.");
            } else if (found != null && reasoning != null && !found.equals(reasoning)) {
                message.tell(field, "The reasoning stands in two fields and differs. Keep one of them.");
            }
            reasoning = reasoning == null ? found : reasoning;
        }
        return reasoning;
    }

    private List<Object> toolCalls(RowObject message, boolean assistant) {
        List<Object> calls = new ToolFormat(findings).calls(message.get("tool_calls"), message.at("tool_calls"));
        if (calls != null && !assistant) {
            message.tell("tool_calls", "Only messages of role assistant call tools. Remove it.");
        }
        return calls;
    }

    private String toolCallId(RowObject message, String role) {
        String id = message.optionalText("tool_call_id");
        if (id != null && !role.equals("tool")) {
            message.tell("tool_call_id", "Only messages of role tool answer a call. Remove it.");
        }
        return id;
    }
}
