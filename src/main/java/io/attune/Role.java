package io.attune;

/** The role of a process. A process has all roles by default ({@code ATTUNE_ROLES}). */
enum Role {
    /** Answers HTTP requests under {@code /v1}. */
    API,
    /** Claims jobs and runs trainers. */
    WORKER
}
