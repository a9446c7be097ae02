/**
 * What a decoder-only transformer is made of, in plain Java: {@link io.attune.architecture.Architecture} describes one model, layer by layer,
 * and lists its weights and linear modules; {@link io.attune.architecture.Family} reads the description from config.json and names the
 * weights as its checkpoints do. Shapes, adapters' targets, kernels and memory estimates ask here and nowhere else. Knows neither tensors nor
 * files.
 */
package io.attune.architecture;
