package io.attune.setting;

import java.util.List;

/**
 * What a base model allows.
 *
 * @param context longest row in tokens
 * @param linearModules names of the linear modules in its layers: what {@code all-linear} stands for
 */
public record BaseModelLimits(int context, List<String> linearModules) {}
