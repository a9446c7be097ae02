package io.attune.dataset;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Recognises rows that other programs write for the same or a similar purpose. Gives the jq command that converts
 * them.
 */
final class OtherRows {

    private static final List<String> OPENAI_PREFERENCES =
            List.of("preferred_output", "non_preferred_output", "preferred_completion", "non_preferred_completion");
    private static final List<String> TRL_PREFERENCES = List.of("chosen", "rejected");

    private static final List<String> CONVERSATIONS =
            List.of("conversations", "conversation", "dialogue", "dialog", "chat", "turns");
    private static final List<String> SPEAKERS = List.of("from", "role", "speaker");
    private static final List<String> UTTERANCES = List.of("value", "content", "text", "utterance");

    private static final List<String> QUESTIONS =
            List.of("instruction", "question", "query", "inputs", "problem", "prompt", "input", "user", "human");
    private static final List<String> ANSWERS =
            List.of("output", "response", "answer", "targets", "target", "solution", "completion", "assistant", "gpt");
    private static final List<String> CONTEXTS = List.of("input", "context");
    private static final List<String> SYSTEMS = List.of("system", "system_prompt");

    private static final String ROLES =
            "{human: \"user\", gpt: \"assistant\", chatgpt: \"assistant\", bot: \"assistant\","
                    + " observation: \"tool\"}";

    private final RowObject row;

    private OtherRows(RowObject row) {
        this.row = row;
    }

    /** Says which other format the row has, and how to convert it. Empty if the row has none of these formats. */
    static Optional<Finding> finding(RowObject row) {
        return Optional.ofNullable(new OtherRows(row).finding());
    }

    private Finding finding() {
        Finding preferences = preferences();
        if (preferences != null) {
            return preferences;
        }
        if (row.has("completion") && row.fields().containsKey("prompt")) {
            return null;
        }
        Finding conversation = conversation(row.has("messages") ? "messages" : first(CONVERSATIONS));
        if (conversation != null || row.has("messages")) {
            return conversation;
        }
        String question = first(QUESTIONS);
        String answer = first(ANSWERS);
        if (question == null || answer == null) {
            return null;
        }
        String name = question.equals("instruction") && answer.equals("output")
                ? "is an Alpaca row (instruction, input, output)"
                : "is a pair of " + question + " and " + answer;
        return convertible(question, name, messages(user(question), turn("assistant", "." + answer)));
    }

    private Finding preferences() {
        for (String field : OPENAI_PREFERENCES) {
            if (row.get(field) != null) {
                return new Finding(
                        row.findings().line(),
                        field,
                        "Rows for preference tuning (DPO) are not supported. Write {\"messages\": [...]} rows that end"
                                + " with the preferred answer.",
                        "dpo");
            }
        }
        String trl = first(TRL_PREFERENCES);
        boolean label = row.get("label") instanceof Boolean && (row.has("completion") || row.has("messages"));
        if (trl == null && !label) {
            return null;
        }
        return new Finding(
                row.findings().line(),
                trl == null ? "label" : trl,
                "It is a row for preference tuning, as TRL's "
                        + (trl == null ? "KTO (a label)" : "DPO (chosen, rejected)")
                        + " has it, which is not supported. Train on the preferred answers alone: "
                        + command(trl == null ? labelled() : chosen())
                        + ".",
                "dpo");
    }

    private String labelled() {
        return "select(.label) | " + (row.has("messages") ? "{messages, tools}" : "{prompt, completion}");
    }

    private String chosen() {
        String question = first(QUESTIONS);
        if (row.get("chosen") instanceof List<?> messages) {
            boolean answerAlone = row.get("prompt") instanceof List
                    && !messages.isEmpty()
                    && messages.get(0) instanceof Map<?, ?> first
                    && "assistant".equals(first.get("role"));
            return answerAlone ? "{prompt, completion: .chosen}" : "{messages: .chosen}";
        }
        if (question == null) {
            return "{text: .chosen}";
        }
        return question.equals("prompt")
                ? "{prompt, completion: .chosen}"
                : messages(user(question), turn("assistant", ".chosen"));
    }

    private Finding conversation(String field) {
        List<Object> turns = field == null ? null : RowObject.asArray(row.get(field));
        if (turns == null || turns.isEmpty()) {
            return null;
        }
        String turn = turn(turns.get(0));
        if (turn == null
                || field.equals("messages") && turns.get(0) instanceof Map<?, ?> first && first.get("role") != null) {
            return null;
        }
        String name = turns.get(0) instanceof Map<?, ?> first && first.get("from") != null
                ? "a ShareGPT row"
                : "a conversation";
        return convertible(
                field,
                "is " + name + " in the field " + field,
                "{messages: [" + system() + "(." + field + turn + ")]" + tools() + "}");
    }

    /** The jq expression that makes messages of turns like this one; null if the value is no turn. */
    private static String turn(Object value) {
        if (value instanceof String) {
            return " | to_entries[] | {role: (if .key % 2 == 0 then \"user\" else \"assistant\" end), content: .value}";
        }
        Map<String, Object> turn = RowObject.asObject(value);
        if (turn == null) {
            return null;
        }
        String speaker = first(turn, SPEAKERS);
        String text = first(turn, UTTERANCES);
        if (speaker != null && text != null) {
            return speaker.equals("role") && text.equals("content")
                    ? "[]"
                    : "[] | {role: (" + ROLES + "[." + speaker + "] // ." + speaker + "), content: ." + text + "}";
        }
        String question = first(turn, QUESTIONS);
        String answer = first(turn, ANSWERS);
        return question == null || answer == null
                ? null
                : "[] | " + turn("user", "." + question) + ", " + turn("assistant", "." + answer);
    }

    /** The user's message: the question, with its context if the format has one. */
    private String user(String question) {
        String context = CONTEXTS.stream()
                .filter(field -> !field.equals(question) && row.fields().containsKey(field))
                .findFirst()
                .orElse(question.equals("instruction") ? "input" : null);
        return turn(
                "user",
                context == null
                        ? "." + question
                        : "([." + question + ", ." + context
                                + "] | map(select(. != null and . != \"\")) | join(\"\\n\\n\"))");
    }

    private static String turn(String role, String content) {
        return "{role: \"" + role + "\", content: " + content + "}";
    }

    private String messages(String... turns) {
        return "{messages: [" + system() + Stream.of(turns).collect(Collectors.joining(", ")) + "]}";
    }

    private String system() {
        return SYSTEMS.stream()
                .filter(row.fields()::containsKey)
                .findFirst()
                .map(field ->
                        "(.%1$s | select(. != null and . != \"\") | {role: \"system\", content: .}), ".formatted(field))
                .orElse("");
    }

    private String tools() {
        return row.has("tools") ? ", tools" : "";
    }

    private Finding convertible(String field, String what, String jq) {
        return new Finding(
                row.findings().line(),
                field,
                "The row " + what + " and is not a row of messages. Convert the file: " + command(jq) + ".");
    }

    private static String command(String jq) {
        return "`jq -c '" + jq + "' FILE > converted.jsonl`";
    }

    private String first(List<String> names) {
        return first(row.fields(), names);
    }

    private static String first(Map<String, Object> object, List<String> names) {
        for (String name : names) {
            if (!RowObject.isAbsent(object.get(name))) {
                return name;
            }
        }
        return null;
    }
}
