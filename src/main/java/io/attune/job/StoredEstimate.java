package io.attune.job;

import io.attune.estimate.Training;

/** The column {@code estimate}: what the memory of a job's training was estimated from, and the estimate. */
public record StoredEstimate(Training training, Estimate estimate) {}
