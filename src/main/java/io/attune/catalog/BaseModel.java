package io.attune.catalog;

import io.attune.format.ModelConfig;
import io.attune.setting.BaseModelLimits;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A base model: a folder in Hugging Face layout with a manifest. Jobs can tune it.
 *
 * @param name the model's name in jobs and in requests
 * @param hubId the model's id on the Hugging Face hub, which adapters name; null if unknown
 * @param folder the folder of the model
 * @param createdAt the time of the import
 */
public record BaseModel(String name, String hubId, Path folder, Instant createdAt) {

    /** The value of {@code base_model_name_or_path} in adapters: the hub id, or the name if there is no hub id. */
    public String publicName() {
        return hubId == null ? name : hubId;
    }

    /** What its configuration allows a training. */
    public BaseModelLimits limits() {
        ModelConfig config = ModelConfig.read(folder);
        return new BaseModelLimits(config.maxPositions(), config.architecture().targets());
    }
}
