/**
 * Handles {@code POST /v1/fine_tuning/preview}, which shows what a job would train on before the job exists.
 * {@link io.attune.preview.PreviewController}, the entry, receives the request. {@code Previews} starts a trainer
 * process in mode {@code preview}, which tokenises the rows. {@code PreviewAnswer} shows the result. The service
 * keeps nothing.
 */
package io.attune.preview;
