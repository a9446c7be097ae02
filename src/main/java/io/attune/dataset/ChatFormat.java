package io.attune.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a conversation from a row: from its {@code messages}, or from the messages in its {@code prompt} and
 * {@code completion}.
 */
final class ChatFormat {

    private static final Set<String> CHAT_FIELDS = Set.of("messages", "tools", "parallel_tool_calls", "functions");
    private static final List<String> FIELDS_OF_OTHER_KINDS = List.of("prompt", "completion", "text");
    private static final Set<String> TOLD_FIELDS =
            Set.of("messages", "tools", "parallel_tool_calls", "functions", "prompt", "completion", "text");
    private static final Set<String> CONVERSATIONAL_FIELDS =
            Set.of("prompt", "completion", "tools", "parallel_tool_calls", "functions");
    private static final Set<String> PROMPT_ROLES = Set.of("system", "developer", "user");

    private final RowObject row;

    ChatFormat(RowObject row) {
        this.row = row;
    }

    /** Whether prompt or completion are lists of messages instead of text. */
    static boolean isConversational(Map<String, Object> row) {
        return row.get("prompt") instanceof List || row.get("completion") instanceof List;
    }

    Row row() {
        return row.has("messages") || !isConversational(row.fields()) ? ofMessages() : ofPromptAndCompletion();
    }

    private Row ofMessages() {
        if (isForGraders()) {
            String extra = row.fields().keySet().stream()
                    .filter(field -> !CHAT_FIELDS.contains(field) && row.has(field))
                    .findFirst()
                    .orElseThrow();
            row.findings()
                    .tellUnsupported(
                            "reinforcement",
                            row.at(extra),
                            "The row has messages without an answer, and a further field. It is a row for reinforcement"
                                    + " tuning, which is not supported. Add the answer as a message of role assistant,"
                                    + " and remove the field.");
            return null;
        }
        for (String field : FIELDS_OF_OTHER_KINDS) {
            if (row.has(field)) {
                row.tell(
                        field,
                        "A row has either messages, or prompt and completion, or text. Remove the other field, as"
                                + " `jq -c 'del(." + field + ")' FILE > converted.jsonl` does.");
            }
        }
        row.refuseUnknown(TOLD_FIELDS, "");
        List<Object> tools = tools();
        List<Message> messages = messages("messages", false);
        return finished(messages, tools, 0);
    }

    /** Reads a conversational row of TRL. The model sees the prompt as context, and learns the completion. */
    private Row ofPromptAndCompletion() {
        row.refuseUnknown(CONVERSATIONAL_FIELDS, "");
        List<Object> tools = tools();
        for (String field : List.of("prompt", "completion")) {
            if (row.get(field) instanceof String) {
                row.tell(
                        field,
                        "It is text, and the row's other half is a list of messages. Write both as text or both"
                                + " as lists of messages.");
                return null;
            }
        }
        List<Message> prompt = messages("prompt", true);
        List<Message> completion = messages("completion", false);
        List<Message> messages = new ArrayList<>(prompt);
        messages.addAll(completion);
        return finished(messages, tools, prompt.size());
    }

    private Row finished(List<Message> messages, List<Object> tools, int promptMessages) {
        if (row.findings().isSound() && messages.stream().noneMatch(Message::isTrainedOn)) {
            boolean none = messages.stream()
                    .skip(promptMessages)
                    .noneMatch(message -> message.role().equals("assistant"));
            row.tell(
                    promptMessages == 0 ? "messages" : "completion",
                    none
                            ? "No message is of role assistant, so there is nothing to learn. Add the answer or remove"
                                    + " the row."
                            : "Every assistant message has weight 0, so there is nothing to learn. Give one of them"
                                    + " weight 1.");
        }
        return new Row.Chat(row.findings().line(), List.copyOf(messages), tools, promptMessages);
    }

    private List<Object> tools() {
        if (row.has("functions")) {
            row.tell("functions", "It is not supported. Write the functions as tools.");
        }
        Object parallel = row.get("parallel_tool_calls");
        if (parallel != null && !(parallel instanceof Boolean)) {
            row.tell("parallel_tool_calls", "It is neither true nor false. Write one of them, or leave it out.");
        }
        return new ToolFormat(row.findings()).tools(row.get("tools"), "tools");
    }

    /** @param context whether the model sees the messages as context and learns none of them */
    private List<Message> messages(String field, boolean context) {
        List<Object> items = RowObject.asArray(row.get(field));
        if (items == null) {
            row.tell(
                    field,
                    row.get(field) == null
                            ? "The field is missing. Write a list of messages."
                            : "It is not an array. Write a list of messages.");
            return List.of();
        }
        if (items.isEmpty()) {
            row.tell(field, "It is empty. Write at least one message" + (context ? "." : " of role assistant."));
            return List.of();
        }
        MessageFormat format = new MessageFormat(row.findings(), field, context);
        List<Message> messages = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            Message message = format.message(items.get(i), i);
            if (message != null) {
                messages.add(message);
            }
        }
        return messages;
    }

    /** Whether the row is one for reinforcement tuning: a prompt without an answer, and further fields for a grader. */
    private boolean isForGraders() {
        List<Object> messages = RowObject.asArray(row.get("messages"));
        return row.fields().keySet().stream().anyMatch(field -> !CHAT_FIELDS.contains(field) && row.has(field))
                && !row.hasAnyOf(FIELDS_OF_OTHER_KINDS)
                && messages != null
                && !messages.isEmpty()
                && messages.stream()
                        .allMatch(message -> RowObject.asObject(message) != null
                                && RowObject.asObject(message).get("role") instanceof String role
                                && PROMPT_ROLES.contains(role));
    }
}
