/**
 * The workers and their slots, as far as jobs wait for them.
 *
 * <p>{@code Pools} reads what slots there are. {@link io.attune.pool.WaitingJobs}, the entry, reckons when a job is asked for what a waiting job
 * tells: its place, its expected start ({@code StartTimes}), and why no slot can take it. {@code UnschedulableJobs} writes the event for jobs that no slot
 * can take, and {@code FittingAdvice} names the settings that would fit.
 */
package io.attune.pool;
