package io.attune.job;

import io.attune.catalog.BaseModel;
import io.attune.format.ModelConfig;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a base model allows.
 *
 * @param context longest row in tokens
 * @param linearModules names of the linear modules in its layers: what {@code all-linear} stands for
 */
public record BaseModelLimits(int context, List<String> linearModules) {

    /** {@code model.layers.0.self_attn.q_proj.weight}: a linear module has a matrix, a norm has a vector. */
    private static final Pattern LAYER_WEIGHT = Pattern.compile("model\\.layers\\.0\\..*?([^.]+)\\.weight");

    public static BaseModelLimits of(BaseModel model) {
        ModelConfig config = ModelConfig.read(model.folder());
        List<String> modules = config.tensorShapes().entrySet().stream()
                .filter(tensor -> tensor.getValue().length == 2)
                .map(tensor -> LAYER_WEIGHT.matcher(tensor.getKey()))
                .filter(Matcher::matches)
                .map(name -> name.group(1))
                .toList();
        return new BaseModelLimits(config.maxPositions(), modules);
    }
}
