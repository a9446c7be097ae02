package io.attune.model;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.attune.architecture.Architecture;
import io.attune.architecture.Module;
import io.attune.format.Dtype;
import io.attune.format.LoraAdapterConfig;
import io.attune.format.ModelFormatException;
import io.attune.format.Safetensors;
import io.attune.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Low-rank adapters of the linear modules (Hu et al. 2021), with PEFT's names and initialisation: y = W x + alpha /
 * r * B (A x). A [r, inputs] is uniform in ±1/sqrt(inputs), and B [outputs, r] is zero. All tensors are float32.
 */
public final class LoraAdapter {

    private final LoraAdapterConfig config;
    private final Map<String, PtNDArray> tensors; // "model.layers.0.self_attn.q_proj.lora_A" -> [r, inputs]

    /** The two factors of a module: A [r, inputs] and B [outputs, r]. */
    record Pair(PtNDArray a, PtNDArray b) {}

    private LoraAdapter(LoraAdapterConfig config, Map<String, PtNDArray> tensors) {
        this.config = config;
        this.tensors = tensors;
    }

    /** Creates an adapter. The same seed gives the same adapter. */
    public static LoraAdapter create(Torch torch, Architecture model, LoraAdapterConfig config, long seed) {
        Random random = new Random(seed);
        Map<String, PtNDArray> tensors = new LinkedHashMap<>();
        for (Module module : adapted(model, config)) {
            float bound = (float) (1 / Math.sqrt(module.inputs()));
            float[] a = new float[config.r() * module.inputs()];
            for (int i = 0; i < a.length; i++) {
                a[i] = (2 * random.nextFloat() - 1) * bound;
            }
            float[] b = new float[module.outputs() * config.r()];
            tensors.put(nameOfA(module), Torch.floats(torch.manager(), a, config.r(), module.inputs()));
            tensors.put(nameOfB(module), Torch.floats(torch.manager(), b, module.outputs(), config.r()));
        }
        return new LoraAdapter(config, tensors);
    }

    /**
     * @throws ModelFormatException if a tensor is missing, has another shape, or is unknown; the message names the
     *     tensor
     */
    public static LoraAdapter load(Torch torch, Architecture model, Path folder) {
        LoraAdapterConfig config = LoraAdapterConfig.read(folder);
        Map<String, PtNDArray> tensors = new LinkedHashMap<>();
        try (Safetensors file = Safetensors.open(folder.resolve("adapter_model.safetensors"))) {
            WeightFile weights = new WeightFile(torch, file);
            for (Module module : adapted(model, config)) {
                tensors.put(nameOfA(module), read(weights, nameOfA(module), config.r(), module.inputs()));
                tensors.put(nameOfB(module), read(weights, nameOfB(module), module.outputs(), config.r()));
            }
            for (String name : file.names()) {
                String factor = LoraAdapterConfig.factor(name);
                if (factor == null || !tensors.containsKey(factor)) {
                    throw new ModelFormatException(folder + ": adapter_model.safetensors holds " + name
                            + ", but this model has no such module");
                }
            }
        }
        return new LoraAdapter(config, tensors);
    }

    /** Returns the adapted modules layer by layer, in the order of the names in the configuration. */
    private static List<Module> adapted(Architecture model, LoraAdapterConfig config) {
        List<Module> adapted = new ArrayList<>();
        for (int layer = 0; layer < model.layers().size(); layer++) {
            List<Module> modules = model.modules(layer);
            for (String target : config.targetModules()) {
                modules.stream()
                        .filter(module -> module.target().equals(target))
                        .forEach(adapted::add);
            }
        }
        if (!model.targets().containsAll(config.targetModules())) {
            throw new ModelFormatException("adapter_config.json: target_modules is " + config.targetModules()
                    + "; the linear modules of this model are " + String.join(", ", model.targets()));
        }
        return adapted;
    }

    private static String nameOfA(Module module) {
        return module.path() + ".lora_A";
    }

    private static String nameOfB(Module module) {
        return module.path() + ".lora_B";
    }

    private static PtNDArray read(WeightFile file, String name, int rows, int columns) {
        return file.read(LoraAdapterConfig.storedName(name), false, rows, columns);
    }

    public LoraAdapterConfig config() {
        return config;
    }

    /** The factor before B (A x). */
    double scale() {
        return config.loraAlpha() / config.r();
    }

    /** Returns the factors of a module; empty if the module is not adapted. */
    Optional<Pair> on(Module module) {
        PtNDArray a = tensors.get(nameOfA(module));
        return Optional.ofNullable(a).map(found -> new Pair(found, tensors.get(nameOfB(module))));
    }

    /** Returns the factors of a layer's modules, by their names in kernels: {@code q.lora_A}. */
    Map<String, PtNDArray> of(List<Module> modules) {
        Map<String, PtNDArray> byKey = new HashMap<>();
        for (Module module : modules) {
            on(module).ifPresent(pair -> {
                byKey.put(module.role().key() + ".lora_A", pair.a());
                byKey.put(module.role().key() + ".lora_B", pair.b());
            });
        }
        return byKey;
    }

    Map<String, PtNDArray> tensors() {
        return tensors;
    }

    /**
     * Writes the files that PEFT reads: {@code adapter_config.json} and {@code adapter_model.safetensors}
     * (float32).
     */
    public void write(Torch torch, Path folder) throws IOException {
        List<Safetensors.Tensor> out = new ArrayList<>();
        try (PtNDManager scope = torch.scope()) {
            tensors.forEach((name, tensor) ->
                    out.add(Parameters.write(torch, scope, LoraAdapterConfig.storedName(name), tensor, Dtype.F32)));
            out.sort(Comparator.comparing(Safetensors.Tensor::name));
            SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), Map.of("format", "pt"), out);
        }
        config.write(folder);
    }
}
