package io.attune.dataset;

import java.util.List;

/** One training example, as it stands in the file and found to be well formed. */
public sealed interface Row {

    /** 1-based line of the file. */
    int line();

    /** Which format this row has. */
    RowKind kind();

    /**
     * A conversation with at least one assistant turn that is trained on.
     *
     * @param tools what {@code tools} holds, as plain values (see {@link Message#toolCalls}); null where the row has
     *     none
     * @param promptMessages how many of the messages stand in the file's {@code prompt}, before those of its {@code
     *     completion}; 0 where the file has them all in {@code messages}
     */
    record Chat(int line, List<Message> messages, List<Object> tools, int promptMessages) implements Row {

        /** A row whose messages stand in {@code messages}. */
        public Chat(int line, List<Message> messages, List<Object> tools) {
            this(line, messages, tools, 0);
        }

        @Override
        public RowKind kind() {
            return RowKind.CHAT;
        }

        /** Where a message stands in the file, such as {@code messages[2]} or {@code completion[0]}. */
        public String field(int message) {
            if (promptMessages == 0) {
                return "messages[" + message + "]";
            }
            return message < promptMessages
                    ? "prompt[" + message + "]"
                    : "completion[" + (message - promptMessages) + "]";
        }
    }

    /** Raw text and what has to follow it; the completion is not empty. */
    record Completion(int line, String prompt, String completion) implements Row {
        @Override
        public RowKind kind() {
            return RowKind.COMPLETION;
        }
    }

    /** Raw text, all of which is trained on; not empty. */
    record Text(int line, String text) implements Row {
        @Override
        public RowKind kind() {
            return RowKind.TEXT;
        }
    }
}
