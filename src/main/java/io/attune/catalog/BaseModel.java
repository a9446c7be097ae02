package io.attune.catalog;

import io.attune.format.ModelConfig;
import io.attune.setting.BaseModelLimits;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A model that can be tuned: a folder in Hugging Face layout with a manifest.
 *
 * @param name the name jobs and clients use
 * @param hubId its id on the Hugging Face hub, which goes into adapters, or null
 * @param folder where it lies
 * @param createdAt when it came into the models folder
 */
public record BaseModel(String name, String hubId, Path folder, Instant createdAt) {

    /** What goes into adapters as {@code base_model_name_or_path}: the hub id, else the name. */
    public String publicName() {
        return hubId == null ? name : hubId;
    }

    /** What its configuration allows a training. */
    public BaseModelLimits limits() {
        ModelConfig config = ModelConfig.read(folder);
        return new BaseModelLimits(config.maxPositions(), config.architecture().targets());
    }
}
