package io.attune.dataset;

/** What the rows of a file are; a file has one kind. */
public enum RowKind {
    /** {@code {"messages": [...], "tools": [...]}}, or {@code {"prompt": [...], "completion": [...]}} of messages. */
    CHAT,
    /** {@code {"prompt": "...", "completion": "..."}}. */
    COMPLETION,
    /** {@code {"text": "..."}}. */
    TEXT
}
