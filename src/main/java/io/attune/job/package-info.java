/**
 * What is true about a fine-tuning job: its row ({@link io.attune.job.FineTuningJob}, the entry), status, settings, progress, published checkpoints and
 * validation report.
 *
 * <p>This package reads through Spring Data JPA. Who changes a job is {@code job.queue}; what happened to it is in {@code job.event}; the
 * endpoints are in {@code job.api}.
 */
package io.attune.job;
