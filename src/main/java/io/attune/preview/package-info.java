/**
 * {@code POST /v1/fine_tuning/preview}: what will be trained on, before there is a job. {@link
 * io.attune.preview.PreviewController} reads the request, {@code Previews} has a trainer process in mode {@code
 * preview} tokenise the rows, and {@code PreviewAnswer} shows what it said. Nothing is kept.
 */
package io.attune.preview;
