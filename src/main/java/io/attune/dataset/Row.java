package io.attune.dataset;

import java.util.List;

/** One training example in the form of the file, checked to be well-formed. */
public sealed interface Row {

    /** The line of the file, counted from 1. */
    int line();

    /** The format of this row. */
    RowKind kind();

    /**
     * A conversation with at least one assistant message that training uses.
     *
     * @param tools the content of {@code tools} as plain values (see {@link Message#toolCalls}); null for none
     * @param promptMessages the number of messages from the file's {@code prompt}; the messages of its
     *     {@code completion} follow. 0 if all messages are from {@code messages}
     */
    record Chat(int line, List<Message> messages, List<Object> tools, int promptMessages) implements Row {

        /** A row with all messages in {@code messages}. */
        public Chat(int line, List<Message> messages, List<Object> tools) {
            this(line, messages, tools, 0);
        }

        @Override
        public RowKind kind() {
            return RowKind.CHAT;
        }

        /** The place of a message in the file, such as {@code messages[2]} or {@code completion[0]}. */
        public String field(int message) {
            if (promptMessages == 0) {
                return "messages[" + message + "]";
            }
            return message < promptMessages
                    ? "prompt[" + message + "]"
                    : "completion[" + (message - promptMessages) + "]";
        }
    }

    /** Raw text, and the text that must follow it. The completion is not empty. */
    record Completion(int line, String prompt, String completion) implements Row {
        @Override
        public RowKind kind() {
            return RowKind.COMPLETION;
        }
    }

    /** Raw text, not empty. Training uses all of it. */
    record Text(int line, String text) implements Row {
        @Override
        public RowKind kind() {
            return RowKind.TEXT;
        }
    }
}
