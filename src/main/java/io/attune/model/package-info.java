/**
 * The model and its training arithmetic. Knows devices and tensors, but no training files and no jobs.
 *
 * <pre>
 * {@link io.attune.model.Torch}    the native engine on one device; starts first
 * {@link io.attune.model.Parameters}, {@link io.attune.model.LoraAdapter}    weights as NDArrays, read by WeightFile
 * {@link io.attune.model.Decoder}    the entry: forward and backward pass over a pack, logits, generation
 *     Kernel       composes the TorchScript source of the layers from {@code kernel/}
 *     LayerKernel  computes one layer
 * {@link io.attune.model.AdamW}    updates the parameters
 * {@link io.attune.model.TrainingState}    saves and restores all that training changes
 * </pre>
 */
package io.attune.model;
