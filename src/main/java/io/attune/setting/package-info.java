/**
 * The settings of a training, each declared once: {@link io.attune.setting.Hyperparameters} and {@link
 * io.attune.setting.Lora} list them with name, values, default and description. The parser of requests, the
 * resolution of {@code auto}, the schemas of the API, the JSON of columns and of trainer specifications come from
 * these declarations. Entry class: {@link io.attune.setting.TrainingSettings}. Plain Java and JSON.
 */
package io.attune.setting;
