package io.attune.text;

import io.attune.dataset.Message;
import java.util.List;

/**
 * The reasoning of an assistant's message, separate from its answer. It is in its own field, or in a block at the
 * beginning of the content.
 *
 * <pre>
 * &lt;think>\nThe sky ...\n&lt;/think>\n\nBlue
 *        -- inner -----         ---- gap, then the answer
 * </pre>
 *
 * @param inner the text between the tags, including white space
 * @param gap the white space between the closing tag and the answer
 * @param answer the text after the gap
 */
record Reasoning(String inner, String gap, String answer) {

    /** A pair of tags around the reasoning of a model. */
    record Tags(String open, String close) {}

    static final List<Tags> TAGS = List.of(
            new Tags("<think>", "</think>"),
            new Tags("<thinking>", "</thinking>"),
            new Tags("[THINK]", "[/THINK]"),
            new Tags("<seed:think>", "</seed:think>"),
            new Tags("<|channel>thought", "<channel|>"),
            new Tags("\u25c1think\u25b7", "\u25c1/think\u25b7"));

    /** Returns the reasoning of a message, or null if it has none. */
    static Reasoning of(Message message) {
        if (message.reasoning() != null && !message.reasoning().isBlank()) {
            return new Reasoning("\n" + message.reasoning().strip() + "\n", "\n\n", message.content());
        }
        String content = message.content();
        for (Tags tags : TAGS) {
            int open = content.length() - content.stripLeading().length();
            int close = content.indexOf(tags.close);
            if (content.startsWith(tags.open, open) && close >= 0) {
                String after = content.substring(close + tags.close.length());
                String answer = after.stripLeading();
                return new Reasoning(
                        content.substring(open + tags.open.length(), close),
                        after.substring(0, after.length() - answer.length()),
                        answer);
            }
        }
        return null;
    }

    boolean isBlank() {
        return inner.isBlank();
    }

    /** Returns the tags of the reasoning block that a generation prompt opens at its end, or null. */
    static Tags openedBy(String prompt) {
        String end = prompt.stripTrailing();
        return TAGS.stream().filter(tags -> end.endsWith(tags.open)).findFirst().orElse(null);
    }
}
