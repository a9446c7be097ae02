/**
 * The workers and their slots, and the jobs that wait for them.
 *
 * <p>In flow order: workers register through {@link io.attune.pool.WorkerRegistry}. {@code Pools} reads the live
 * workers and their slots. {@link io.attune.pool.WaitingJobs}, the entry, answers for a waiting job: its position,
 * its expected start ({@code StartTimes}), and the reason why no slot can take it. {@code UnschedulableJobs} writes
 * an event for each job that no slot can take. {@code FittingAdvice} names settings that would fit.
 */
package io.attune.pool;
