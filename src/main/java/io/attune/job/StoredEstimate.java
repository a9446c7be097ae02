package io.attune.job;

import io.attune.estimate.Training;

/**
 * The content of the column {@code estimate}: the memory estimate of a job's training, and the values that it was
 * made from.
 */
public record StoredEstimate(Training training, Estimate estimate) {}
