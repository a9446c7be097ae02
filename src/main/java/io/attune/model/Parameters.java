package io.attune.model;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.attune.architecture.Architecture;
import io.attune.architecture.Module;
import io.attune.architecture.Role;
import io.attune.architecture.Weight;
import io.attune.format.Dtype;
import io.attune.format.Safetensors;
import io.attune.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The weights of a base model, by their names in the checkpoint. They are float32, or bfloat16 if they are frozen
 * on a GPU.
 */
public final class Parameters {

    private final Architecture architecture;
    private final Map<String, PtNDArray> tensors;

    private Parameters(Architecture architecture, Map<String, PtNDArray> tensors) {
        this.architecture = architecture;
        this.tensors = tensors;
    }

    /** @param trained whether the weights train, and so are float32 also on a GPU */
    public static Parameters load(Torch torch, Architecture architecture, Path folder, boolean trained) {
        Map<String, PtNDArray> tensors = new LinkedHashMap<>();
        try (Safetensors file = Safetensors.open(folder)) {
            WeightFile weights = new WeightFile(torch, file);
            architecture
                    .shapes()
                    .forEach((name, shape) -> tensors.put(name, weights.read(name, torch.half() && !trained, shape)));
        }
        return new Parameters(architecture, tensors);
    }

    /**
     * Creates a new model with the initialisation of transformers. Norms have no effect, biases are zero, and all
     * other weights are normal with a standard deviation of 0.02.
     */
    public static Parameters random(Torch torch, Architecture architecture, long seed) {
        Random random = new Random(seed);
        Map<String, PtNDArray> tensors = new LinkedHashMap<>();
        for (Weight weight : architecture.weights()) {
            float[] values = new float[Math.toIntExact(weight.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (weight.init()) {
                    case ONES -> 1f;
                    case ZEROS -> 0f;
                    case NORMAL -> (float) (0.02 * random.nextGaussian());
                };
            }
            tensors.put(weight.name(), Torch.floats(torch.manager(), values, weight.dimensions()));
        }
        return new Parameters(architecture, tensors);
    }

    /** Returns weights by their names in kernels. */
    Map<String, PtNDArray> of(List<Weight> weights) {
        Map<String, PtNDArray> byKey = new HashMap<>();
        weights.forEach(weight -> byKey.put(weight.key(), tensors.get(weight.name())));
        return byKey;
    }

    /** The output projection, [vocab, hidden]; the embedding if both are tied. */
    PtNDArray head() {
        Role role = architecture.head().tied() ? Role.EMBEDDING : Role.HEAD;
        return tensors.get(architecture.nameOf(role));
    }

    /** Returns the weights that full training changes, by name, in a fixed order. */
    Map<String, PtNDArray> trained() {
        Map<String, PtNDArray> trained = new LinkedHashMap<>();
        for (Weight weight : architecture.weights()) {
            if (weight.trained()) {
                trained.put(weight.name(), tensors.get(weight.name()));
            }
        }
        return trained;
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

    /** Adds the product of an adapter to the adapted weights: W + alpha / r * B A. */
    public void merge(Torch torch, LoraAdapter adapter) {
        try (PtNDManager scope = torch.scope()) {
            for (int layer = 0; layer < architecture.layers().size(); layer++) {
                for (Module module : architecture.modules(layer)) {
                    adapter.on(module).ifPresent(pair -> {
                        PtNDArray weight = tensors.get(module.path() + ".weight");
                        torch.conversions()
                                .call(
                                        scope,
                                        "add_product",
                                        weight,
                                        pair.b(),
                                        pair.a(),
                                        adapter.scale(),
                                        module.transposed());
                    });
                }
            }
        }
    }

    /**
     * Rounds every weight to a value that a file of type {@code dtype} can store. Losses are then measured with the
     * written values.
     */
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
