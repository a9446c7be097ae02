/**
 * Computes how much memory a training takes, before it begins. This is pure arithmetic on the shapes of model, rows
 * and settings ({@link io.attune.estimate.Training}). {@link io.attune.estimate.MemoryEstimate}, the entry, gives the
 * bytes of each part. {@link io.attune.estimate.Fitting} finds settings that need less than a given amount of memory.
 *
 * <p>The flow of an estimate: {@link io.attune.estimate.LayerShapes} lists the tensors that layers keep until their
 * backward pass. {@link io.attune.estimate.LargestPack} finds the most expensive pack of tokens.
 * {@link io.attune.estimate.Activations} gives the bytes of that pack. {@code MemoryEstimate} adds weights,
 * gradients, optimizer and runtime.
 */
package io.attune.estimate;
