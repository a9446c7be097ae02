/**
 * Describes decoder-only transformers in plain Java, without tensors and without files.
 *
 * <p>In flow order: {@link io.attune.architecture.Families}, the entry, finds the
 * {@link io.attune.architecture.Family} of a config.json. The family reads the config.json and makes an
 * {@link io.attune.architecture.Architecture}: one model, layer by layer. The architecture lists the model's weights
 * and linear modules, with their shapes and their names in checkpoints. Kernels, memory estimates, imports and
 * adapters all take this description from here.
 */
package io.attune.architecture;
