/**
 * OpenAI's endpoints for fine-tuning jobs.
 *
 * <p>In flow order: {@code JobController}, the entry, reads a request ({@code CreateJobReader}) and answers with a
 * {@code JobAnswer}, to which {@code JobAnswers} adds what a waiting job tells. {@code JobHistoryController}
 * answers with events in pages or as they happen ({@code EventStreams}), with checkpoints, and with what validation
 * found. {@code CheckpointContentController} sends a checkpoint's weights. {@code ModelDeletion} deletes what jobs
 * made. {@link io.attune.job.api.PreviewReader} reads a request for a preview as a request for a job is read.
 */
package io.attune.job.api;
