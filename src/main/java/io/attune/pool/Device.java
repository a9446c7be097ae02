package io.attune.pool;

import io.attune.estimate.Kind;

/**
 * A device for training. One trainer at a time runs on it.
 *
 * @param name unique in the worker: {@code cpu}, {@code cpu:N} or {@code cuda:N}
 * @param memory bytes that the trainer may use
 */
public record Device(String name, Kind kind, long memory) {}
