package io.attune.model;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.attune.format.Dtype;
import io.attune.format.ModelConfig;
import io.attune.format.Safetensors;
import io.attune.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The weights of a base model by their names in the checkpoint: float32, or bfloat16 where they are frozen on a GPU. */
public final class Parameters {

    static final String EMBEDDING = "model.embed_tokens.weight";
    static final String FINAL_NORM = "model.norm.weight";
    static final String HEAD = "lm_head.weight";

    private final ModelConfig config;
    private final Map<String, PtNDArray> tensors;
    private final PtNDArray none;

    private Parameters(Torch torch, ModelConfig config, Map<String, PtNDArray> tensors) {
        this.config = config;
        this.tensors = tensors;
        this.none = torch.manager().create(new Shape(0), DataType.FLOAT32);
    }

    /** @param trained kept in float32 on a GPU as well */
    public static Parameters load(Torch torch, ModelConfig config, Path folder, boolean trained) {
        Map<String, PtNDArray> tensors = new LinkedHashMap<>();
        try (Safetensors file = Safetensors.open(folder)) {
            WeightFile weights = new WeightFile(torch, file);
            config.tensorShapes()
                    .forEach((name, shape) -> tensors.put(name, weights.read(name, torch.half() && !trained, shape)));
        }
        return new Parameters(torch, config, tensors);
    }

    /** A new model, initialised as transformers does: norms one, biases zero, all else normal with a deviation of 0.02. */
    public static Parameters random(Torch torch, ModelConfig config, long seed) {
        Random random = new Random(seed);
        Map<String, PtNDArray> tensors = new LinkedHashMap<>();
        config.tensorShapes().forEach((name, shape) -> {
            float[] values = new float[Math.toIntExact(new Shape(shape).size())];
            if (shape.length == 1) {
                Arrays.fill(values, name.endsWith(".bias") ? 0f : 1f);
            } else {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (0.02 * random.nextGaussian());
                }
            }
            tensors.put(name, Torch.floats(torch.manager(), values, shape));
        });
        return new Parameters(torch, config, tensors);
    }

    private static String inputNorm(int layer) {
        return "model.layers." + layer + ".input_layernorm.weight";
    }

    private static String attentionNorm(int layer) {
        return "model.layers." + layer + ".post_attention_layernorm.weight";
    }

    /** The projections of a layer in order, its two norms, and where the model has biases those of the projections (empty where one has none). */
    List<PtNDArray> layer(int layer) {
        List<PtNDArray> list = new ArrayList<>();
        for (Projection projection : Projection.values()) {
            list.add(tensors.get(projection.path(layer) + ".weight"));
        }
        list.add(tensors.get(inputNorm(layer)));
        list.add(tensors.get(attentionNorm(layer)));
        if (config.attentionBias() || config.mlpBias()) {
            for (Projection projection : Projection.values()) {
                list.add(tensors.getOrDefault(projection.path(layer) + ".bias", none));
            }
        }
        return list;
    }

    PtNDArray embedding() {
        return tensors.get(EMBEDDING);
    }

    PtNDArray finalNorm() {
        return tensors.get(FINAL_NORM);
    }

    /** [vocab, hidden]; the embedding itself where it is tied. */
    PtNDArray head() {
        return tensors.get(config.tiedEmbeddings() ? EMBEDDING : HEAD);
    }

    Map<String, PtNDArray> tensors() {
        return tensors;
    }

    /** Writes {@code model.safetensors}. */
    public void write(Torch torch, Path folder, Dtype dtype) throws IOException {
        try (PtNDManager scope = torch.scope()) {
            List<Safetensors.Tensor> out = new ArrayList<>();
            tensors.forEach((name, tensor) -> out.add(write(torch, scope, name, tensor, dtype)));
            out.sort(Comparator.comparing(Safetensors.Tensor::name));
            SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of("format", "pt"), out);
        }
    }

    /** Adds an adapter's product to the weights that it adapts: W + alpha / r * B A. */
    public void merge(Torch torch, LoraAdapter adapter) {
        try (PtNDManager scope = torch.scope()) {
            adapter.tensors().forEach((name, a) -> {
                if (name.endsWith(".lora_A")) {
                    String path = name.substring(0, name.length() - ".lora_A".length());
                    PtNDArray b = adapter.tensors().get(path + ".lora_B");
                    torch.conversions()
                            .call(scope, "add_product", tensors.get(path + ".weight"), b, a, adapter.scale());
                }
            });
        }
    }

    /** Rounds every weight to what a file of {@code dtype} can hold, so that what is measured is what is written. */
    public void round(Torch torch, Dtype dtype) {
        try (PtNDManager scope = torch.scope()) {
            tensors.values()
                    .forEach(tensor -> torch.conversions().call(scope, "round_to", tensor, Torch.number(dtype)));
        }
    }

    static Safetensors.Tensor write(Torch torch, PtNDManager scope, String name, PtNDArray tensor, Dtype dtype) {
        PtNDArray raw =
                torch.conversions().call(scope, "bytes_of", tensor, Torch.number(dtype), dtype == Dtype.BF16)[0];
        ByteBuffer bytes = raw.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
        return new Safetensors.Tensor(name, dtype, tensor.getShape().getShape(), bytes);
    }
}
