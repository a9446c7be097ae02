package io.attune.job;

import io.attune.catalog.BaseModel;
import io.attune.format.ModelConfig;
import java.util.List;

/**
 * What a base model allows.
 *
 * @param context longest row in tokens
 * @param linearModules names of the linear modules in its layers: what {@code all-linear} stands for
 */
public record BaseModelLimits(int context, List<String> linearModules) {

    public static BaseModelLimits of(BaseModel model) {
        ModelConfig config = ModelConfig.read(model.folder());
        return new BaseModelLimits(config.maxPositions(), config.architecture().targets());
    }
}
