/**
 * The settings of a training. {@link io.attune.setting.TrainingSettings}, the entry, has the settings of a job.
 *
 * <p>Each setting is declared once, with name, values, default and description, in
 * {@link io.attune.setting.Hyperparameters} or {@link io.attune.setting.Lora}. In flow order, these declarations
 * are the source of the schemas of the API, the parser of requests, the resolution of {@code auto}, and the JSON of
 * columns and trainer specifications. The package is plain Java and JSON.
 */
package io.attune.setting;
