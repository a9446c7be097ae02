package io.attune.pool;

import io.attune.estimate.Kind;

/**
 * What a worker trains on: one trainer at a time runs there.
 *
 * @param name unique in the worker: {@code cpu}, {@code cpu:N} or {@code cuda:N}
 * @param memory bytes that the trainer may take
 */
public record Device(String name, Kind kind, long memory) {}
