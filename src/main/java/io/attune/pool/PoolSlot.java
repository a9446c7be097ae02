package io.attune.pool;

import io.attune.estimate.Kind;
import java.util.Set;

/**
 * A slot of a live worker.
 *
 * @param memory bytes that a trainer may use
 * @param models base models that the worker has
 * @param freeAt expected time when the slot is free, in seconds since 1970, not in the past; null if not known
 */
record PoolSlot(Kind kind, long memory, Set<String> models, Double freeAt) {}
