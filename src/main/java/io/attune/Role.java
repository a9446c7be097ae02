package io.attune;

/** What a process does for the whole; all by default ({@code ATTUNE_ROLES}). */
enum Role {
    /** Answers HTTP requests under {@code /v1}. */
    API,
    /** Claims jobs and runs trainers. */
    WORKER
}
