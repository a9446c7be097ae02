package io.attune.pool;

/**
 * How a job waits that nobody has claimed.
 *
 * @param position in the queue of all jobs that wait for the same purpose; 1: it is the next one
 * @param expectedStart of its next attempt, in seconds since 1970; null where nothing is known
 * @param why in a sentence or a few words
 */
public record Waiting(int position, Long expectedStart, String why) {}
