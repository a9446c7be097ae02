/**
 * How much memory a training takes, from the shapes of its model, its rows and its settings ({@link io.attune.estimate.Training}), before it
 * begins: {@link io.attune.estimate.MemoryEstimate} by part, and {@link io.attune.estimate.Fitting}, which settings would take less than some
 * memory. Pure arithmetic; what layers keep until their backward pass is
 * written down in {@link io.attune.estimate.LayerShapes}, what else there is and when in {@link io.attune.estimate.Activations} and there.
 */
package io.attune.estimate;
