package io.attune.setting;

import java.util.List;

/**
 * The limits of a base model.
 *
 * @param context longest row in tokens
 * @param linearModules names of the linear modules in its layers; {@code all-linear} means all of them
 */
public record BaseModelLimits(int context, List<String> linearModules) {}
