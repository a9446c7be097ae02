package io.attune.setting;

/**
 * What a {@link Fallback} may depend on.
 *
 * @param settings those that a request gave, and those declared earlier, which are resolved
 */
record Resolution(Tuning.Type tuning, BaseModelLimits base, Settings settings) {}
