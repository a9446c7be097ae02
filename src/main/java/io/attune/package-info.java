/**
 * Attune: fine-tuning of language models as a service, behind OpenAI's API.
 *
 * <p>The way of a job: {@link io.attune.file} takes the rows and keeps them in {@link io.attune.storage}; {@code io.attune.job} writes the
 * job down, PostgreSQL being the queue; {@code io.attune.worker} claims an attempt and starts a trainer process
 * ({@link io.attune.trainer.launch}, {@code io.attune.trainer}), which reads the base model found by {@link io.attune.catalog}, and reports in
 * {@link io.attune.trainer.message}s; what comes out is reloaded, compared and published. See docs/architecture.md.
 */
package io.attune;
