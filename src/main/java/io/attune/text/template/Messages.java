package io.attune.text.template;

import java.util.AbstractList;
import java.util.List;

/**
 * The first messages of a conversation, or a tail of them. Records what the template finds out about their number.
 */
final class Messages extends AbstractList<Object> {

    /**
     * What the template knows about the number of messages.
     *
     * @param atLeast minimum number of messages
     * @param exact whether the template knows that there are no more
     */
    record Seen(int atLeast, boolean exact) {

        static final Seen NOTHING = new Seen(0, false);

        boolean holdsFor(int count) {
            return exact ? count == atLeast : count >= atLeast;
        }
    }

    /** The state that the list shares with all its tails. */
    private static final class SharedState {
        private final List<?> messages;
        private int count;
        private Seen seen = Seen.NOTHING;

        SharedState(List<?> messages) {
            this.messages = messages;
        }
    }

    private final SharedState shared;
    private final int from;

    private Messages(SharedState shared, int from) {
        this.shared = shared;
        this.from = from;
    }

    Messages(List<?> messages) {
        this(new SharedState(messages), 0);
    }

    /** Sets the number of visible messages to {@code count}. */
    void show(int count) {
        shared.count = count;
    }

    Seen seen() {
        return shared.seen;
    }

    void reset(Seen seen) {
        shared.seen = seen;
    }

    /** {@code messages[start:]} */
    Messages tail(int start) {
        return new Messages(shared, from + start);
    }

    /** Whether there is a message at an index. */
    boolean has(int index) {
        int at = from + index;
        if (at >= shared.count) {
            shared.seen = new Seen(shared.count, true);
            return false;
        }
        if (at >= shared.seen.atLeast()) {
            shared.seen = new Seen(at + 1, false);
        }
        return true;
    }

    @Override
    public Object get(int index) {
        if (!has(index)) {
            throw new IndexOutOfBoundsException(index);
        }
        return shared.messages.get(from + index);
    }

    @Override
    public int size() {
        shared.seen = new Seen(shared.count, true);
        return Math.max(0, shared.count - from);
    }
}
