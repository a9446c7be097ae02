package io.attune.job.attempt;

import io.attune.job.Purpose;

/**
 * A place where a worker runs one attempt at a time.
 *
 * @param purpose purpose of the attempts that the worker claims for the slot
 * @param device device for training: {@code cpu}, {@code cpu:N} or {@code cuda:N}; not used for validation
 */
public record Slot(String worker, Purpose purpose, String device) {}
