/**
 * Attune: fine-tuning of language models as a service, behind OpenAI's API. {@link io.attune.AttuneApplication}, the
 * entry, starts the service.
 *
 * <p>The way of a job: {@link io.attune.file} receives the rows and keeps them in {@link io.attune.storage}.
 * {@code io.attune.job.queue} writes the job into PostgreSQL, which is the queue. {@code io.attune.worker} claims an
 * attempt and starts a trainer process ({@link io.attune.trainer.launch}, {@code io.attune.trainer}). The trainer
 * reads the base model that {@link io.attune.catalog} found, and reports in {@link io.attune.trainer.message}s. A
 * fresh process reloads the result and compares it. Then the worker publishes the result. See docs/architecture.md.
 */
package io.attune;
