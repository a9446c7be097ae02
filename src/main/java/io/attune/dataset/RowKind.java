package io.attune.dataset;

/** The kind of the rows in a file. All rows of a file are of one kind. */
public enum RowKind {
    /** {@code {"messages": [...], "tools": [...]}}, or {@code {"prompt": [...], "completion": [...]}} with messages. */
    CHAT,
    /** {@code {"prompt": "...", "completion": "..."}}. */
    COMPLETION,
    /** {@code {"text": "..."}}. */
    TEXT
}
