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
     */
    record Chat(int line, List<Message> messages, List<Object> tools) implements Row {
        @Override
        public RowKind kind() {
            return RowKind.CHAT;
        }
    }

    /** Raw text and what has to follow it; the completion is not empty. */
    record Completion(int line, String prompt, String completion) implements Row {
        @Override
        public RowKind kind() {
            return RowKind.COMPLETION;
        }
    }
}
