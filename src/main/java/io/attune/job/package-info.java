/**
 * The facts about a fine-tuning job: its row ({@link io.attune.job.FineTuningJob}, the entry), status, settings,
 * progress, published checkpoints and validation report.
 *
 * <p>This package reads through Spring Data JPA. In flow order, {@code job.api} has the endpoints,
 * {@code job.queue} changes jobs, {@code job.attempt} has the types between a worker and the queue, and
 * {@code job.event} records events.
 */
package io.attune.job;
