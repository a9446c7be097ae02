/**
 * The decoder: its arithmetic as TorchScript source ({@code kernel/}, composed by {@code Kernel} for an architecture), its parameters as NDArrays owned by Java, and the
 * forward and backward pass over a pack. Knows devices and tensors; knows neither files of training data nor jobs.
 */
package io.attune.model;
