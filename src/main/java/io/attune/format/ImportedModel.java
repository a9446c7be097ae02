package io.attune.format;

import java.nio.file.Path;

/** A base model in the models folder, complete and checked. */
public record ImportedModel(Path folder, ModelManifest manifest, ModelConfig config) {}
