package io.attune.dataset;

import io.attune.json.Shown;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes rows from parsed lines. Reports every problem of a line, not only the first. */
final class RowFormat {

    private static final Set<String> COMPLETION_FIELDS = Set.of("prompt", "completion");
    private static final Set<String> TEXT_FIELDS = Set.of("text");

    private final RowFindings findings;
    private boolean other;

    RowFormat(RowFindings findings) {
        this.findings = findings;
    }

    /** The kind that the fields of a line show, or null. */
    static RowKind kind(Object value) {
        Map<String, Object> row = RowObject.asObject(value);
        if (row == null) {
            return null;
        }
        RowKind shown = kind(row, false);
        return shown == null ? kind(row, true) : shown;
    }

    /** @param empty whether fields without a value count */
    private static RowKind kind(Map<String, Object> row, boolean empty) {
        if (counts(row, "messages", empty)) {
            return RowKind.CHAT;
        }
        if (counts(row, "prompt", empty) || counts(row, "completion", empty)) {
            return ChatFormat.isConversational(row) ? RowKind.CHAT : RowKind.COMPLETION;
        }
        return counts(row, "text", empty) ? RowKind.TEXT : null;
    }

    private static boolean counts(Map<String, Object> row, String field, boolean empty) {
        return empty ? row.containsKey(field) : !RowObject.isAbsent(row.get(field));
    }

    /** Whether the row has the format of another program. */
    boolean isOther() {
        return other;
    }

    /** Makes the row. Gives null if there was a problem. */
    Row row(Object value) {
        RowObject row = RowObject.of(value, "", findings);
        if (row == null) {
            findings.tell(
                    "",
                    value instanceof String text && text.startsWith("{")
                            ? "The line is a string that holds JSON, and is not a JSON object. Take it out, as"
                                    + " `jq -c fromjson FILE > converted.jsonl` does."
                            : "The line is not a JSON object. Write {\"messages\": [...]} on each line.");
            return null;
        }
        Optional<Finding> format = OtherRows.finding(row);
        if (format.isPresent()) {
            other = true;
            findings.tell(format.get());
            return null;
        }
        RowKind kind = kind(value);
        if (kind == null) {
            findings.tell(
                    "messages",
                    "The row has no messages"
                            + (row.fields().isEmpty() ? "" : "; its fields are " + firstFields(row.fields()))
                            + ". Write {\"messages\": [...]}, {\"prompt\": ..., \"completion\": ...} or"
                            + " {\"text\": ...}.");
            return null;
        }
        Row read = switch (kind) {
            case CHAT -> new ChatFormat(row).row();
            case COMPLETION -> completion(row);
            case TEXT -> text(row);
        };
        return findings.isSound() ? read : null;
    }

    private static String firstFields(Map<String, Object> fields) {
        return fields.keySet().stream().limit(5).map(Shown::name).collect(Collectors.joining(", "))
                + (fields.size() > 5 ? " and others" : "");
    }

    private static Row completion(RowObject row) {
        row.refuseUnknown(COMPLETION_FIELDS, "");
        String prompt = text(row, "prompt");
        String completion = text(row, "completion");
        if (completion != null && completion.isBlank()) {
            row.tell(
                    "completion", "The completion is empty, so there is nothing to learn. Write it or remove the row.");
        }
        return new Row.Completion(row.findings().line(), prompt, completion);
    }

    private static Row text(RowObject row) {
        row.refuseUnknown(TEXT_FIELDS, "");
        String text = text(row, "text");
        if (text != null && text.isBlank()) {
            row.tell("text", "The text is empty, so there is nothing to learn. Write it or remove the row.");
        }
        return new Row.Text(row.findings().line(), text);
    }

    private static String text(RowObject row, String field) {
        if (row.get(field) instanceof String text) {
            return text;
        }
        row.tell(
                field,
                row.get(field) == null ? "The field is missing. Add it." : "It is not a string. Write text here.");
        return null;
    }
}
