package io.attune.job.queue;

import io.attune.storage.Blob;

/**
 * What a successful attempt has to show; its blobs are in the artifact store.
 *
 * @param steps the last step
 * @param artifact the zip of the model folder
 * @param results the results CSV
 */
public record Publication(int steps, long trainedTokens, Blob artifact, Blob results) {}
