package io.attune.dataset;

/** The format of a file's rows; a file has one. */
public enum RowKind {
    /** {@code {"messages": [...], "tools": [...]}}. */
    CHAT,
    /** {@code {"prompt": "...", "completion": "..."}}. */
    COMPLETION
}
