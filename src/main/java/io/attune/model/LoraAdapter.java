package io.attune.model;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.attune.format.Dtype;
import io.attune.format.LoraAdapterConfig;
import io.attune.format.ModelConfig;
import io.attune.format.ModelFormatException;
import io.attune.format.Safetensors;
import io.attune.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Low-rank adapters of the linear maps (Hu et al. 2021), named and initialised as PEFT does: y = W x + alpha / r * B (A x) with
 * A [r, inputs] uniform in ±1/sqrt(inputs) and B [outputs, r] zero. All tensors are float32.
 */
public final class LoraAdapter {

    private static final String PREFIX = "base_model.model.";

    private final LoraAdapterConfig config;
    private final Map<String, PtNDArray> tensors; // "model.layers.0.self_attn.q_proj.lora_A" -> [r, inputs]
    private final PtNDArray none; // stands for a module without an adapter

    private LoraAdapter(LoraAdapterConfig config, Map<String, PtNDArray> tensors, PtNDArray none) {
        this.config = config;
        this.tensors = tensors;
        this.none = none;
    }

    /** A fresh adapter, the same for the same seed. */
    public static LoraAdapter create(Torch torch, ModelConfig model, LoraAdapterConfig config, long seed) {
        Random random = new Random(seed);
        Map<String, PtNDArray> tensors = new LinkedHashMap<>();
        for (int layer = 0; layer < model.layers(); layer++) {
            for (String module : config.targetModules()) {
                Projection projection = Projection.of(module);
                int inputs = projection.inputs(model);
                float bound = (float) (1 / Math.sqrt(inputs));
                float[] a = new float[config.r() * inputs];
                for (int i = 0; i < a.length; i++) {
                    a[i] = (2 * random.nextFloat() - 1) * bound;
                }
                int outputs = projection.outputs(model);
                tensors.put(projection.path(layer) + ".lora_A", Torch.floats(torch.manager(), a, config.r(), inputs));
                tensors.put(
                        projection.path(layer) + ".lora_B",
                        Torch.floats(torch.manager(), new float[outputs * config.r()], outputs, config.r()));
            }
        }
        return new LoraAdapter(config, tensors, none(torch));
    }

    /** @throws ModelFormatException naming the tensor that is missing, has another shape, or is not known */
    public static LoraAdapter load(Torch torch, ModelConfig model, Path folder) {
        LoraAdapterConfig config = LoraAdapterConfig.read(folder);
        Map<String, PtNDArray> tensors = new LinkedHashMap<>();
        try (Safetensors file = Safetensors.open(folder.resolve("adapter_model.safetensors"))) {
            WeightFile weights = new WeightFile(torch, file);
            for (int layer = 0; layer < model.layers(); layer++) {
                for (String module : config.targetModules()) {
                    Projection projection = Projection.of(module);
                    String path = projection.path(layer);
                    tensors.put(
                            path + ".lora_A", read(weights, path + ".lora_A", config.r(), projection.inputs(model)));
                    tensors.put(
                            path + ".lora_B", read(weights, path + ".lora_B", projection.outputs(model), config.r()));
                }
            }
            for (String name : file.names()) {
                if (!name.startsWith(PREFIX)
                        || !tensors.containsKey(name.substring(PREFIX.length()).replace(".weight", ""))) {
                    throw new ModelFormatException(folder + ": adapter_model.safetensors holds " + name
                            + ", which this model has no place for");
                }
            }
        }
        return new LoraAdapter(config, tensors, none(torch));
    }

    private static PtNDArray read(WeightFile file, String name, int rows, int columns) {
        return file.read(PREFIX + name + ".weight", false, rows, columns);
    }

    private static PtNDArray none(Torch torch) {
        return torch.manager().create(new Shape(0), DataType.FLOAT32);
    }

    public LoraAdapterConfig config() {
        return config;
    }

    /** What B (A x) is multiplied with. */
    double scale() {
        return config.loraAlpha() / config.r();
    }

    /** A and B of each projection of a layer, in order; empty tensors where there is no adapter. */
    List<PtNDArray> layer(int layer) {
        List<PtNDArray> list = new ArrayList<>();
        for (Projection projection : Projection.values()) {
            list.add(tensors.getOrDefault(projection.path(layer) + ".lora_A", none));
            list.add(tensors.getOrDefault(projection.path(layer) + ".lora_B", none));
        }
        return list;
    }

    Map<String, PtNDArray> tensors() {
        return tensors;
    }

    /** Writes the folder that PEFT reads: {@code adapter_config.json} and {@code adapter_model.safetensors} (float32). */
    public void write(Torch torch, Path folder) throws IOException {
        List<Safetensors.Tensor> out = new ArrayList<>();
        try (PtNDManager scope = torch.scope()) {
            tensors.forEach((name, tensor) ->
                    out.add(Parameters.write(torch, scope, PREFIX + name + ".weight", tensor, Dtype.F32)));
            out.sort(Comparator.comparing(Safetensors.Tensor::name));
            SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), Map.of("format", "pt"), out);
        }
        config.write(folder);
    }
}
