/**
 * OpenAI's endpoints for fine-tuning jobs.
 *
 * <p>In flow order: {@code JobController}, the entry, reads a request ({@code CreateJobReader}) and answers with a
 * {@code JobAnswer}. {@code JobAnswers} adds the position in the queue and the expected start.
 * {@code JobHistoryController} answers with events, checkpoints and the validation report; {@code EventStreams}
 * sends events as they happen. {@code CheckpointContentController} sends the weights of a checkpoint.
 * {@code ModelDeletion} deletes results of jobs. {@link io.attune.job.api.PreviewReader} reads a request for a
 * preview, by the same rules as a request for a job.
 */
package io.attune.job.api;
