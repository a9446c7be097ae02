package io.attune.pool;

/**
 * The state of a job that waits for a claim.
 *
 * @param position position in the queue of all jobs that wait with the same purpose; 1 is the next job
 * @param expectedStart expected start of the next attempt, in seconds since 1970; null if not known
 * @param why reason for the wait, a sentence or a few words
 */
public record Waiting(int position, Long expectedStart, String why) {}
