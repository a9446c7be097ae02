package io.attune.setting;

/**
 * The values that a {@link Fallback} may depend on.
 *
 * @param settings settings of the request, and settings that are declared earlier and already resolved
 */
record Resolution(Tuning.Type tuning, BaseModelLimits base, Settings settings) {}
