package io.attune.format;

import java.nio.file.Path;

/** A base model that lies, complete and checked, in the models folder. */
public record ImportedModel(Path folder, ModelManifest manifest, ModelConfig config) {}
