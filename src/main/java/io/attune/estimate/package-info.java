/**
 * How much memory a training takes, from the shapes of its model, its rows and its settings ({@link io.attune.estimate.Training}), before it
 * begins: {@link io.attune.estimate.MemoryEstimate} by part, and {@link io.attune.estimate.Fitting}, which settings would take less than some
 * memory. Pure arithmetic; what the trainer keeps in memory, and when, is written down in {@link io.attune.estimate.Activations} and there.
 */
package io.attune.estimate;
