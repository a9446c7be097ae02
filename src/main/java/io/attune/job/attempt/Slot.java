package io.attune.job.attempt;

import io.attune.job.Purpose;

/**
 * Where a worker runs one attempt at a time.
 *
 * @param purpose of the attempts that are claimed for it
 * @param device to train on: {@code cpu}, {@code cpu:N} or {@code cuda:N}; not used for validation
 */
public record Slot(String worker, Purpose purpose, String device) {}
