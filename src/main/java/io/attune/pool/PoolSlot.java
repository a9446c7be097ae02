package io.attune.pool;

import io.attune.estimate.Kind;
import java.util.Set;

/**
 * A slot of a worker that is up.
 *
 * @param memory bytes that a trainer may take
 * @param models base models that its worker has
 * @param freeAt when it is likely to be free, in seconds since 1970, not in the past; null where nothing is known
 */
record PoolSlot(Kind kind, long memory, Set<String> models, Double freeAt) {}
