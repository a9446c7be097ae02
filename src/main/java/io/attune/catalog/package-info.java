/**
 * Knows which models exist: base models (folders with a manifest in the models folder) and tuned models (rows of the
 * database).
 *
 * <p>In flow order: {@link io.attune.catalog.BaseModels}, the entry for jobs, installs the bundled models at start
 * and finds base models. {@link io.attune.catalog.TunedModelRepository} holds the models that jobs made, under the
 * names of {@link io.attune.catalog.TunedModelName}. {@code ModelController} answers OpenAI's Models endpoints from
 * both.
 */
package io.attune.catalog;
