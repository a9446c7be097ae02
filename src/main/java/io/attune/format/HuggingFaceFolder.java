package io.attune.format;

import io.attune.architecture.Role;
import io.attune.format.SafetensorsWriter.Planned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reads a model folder in Hugging Face layout for an import. */
final class HuggingFaceFolder {

    /** Files from which transformers can make a tokenizer. Attune reads only tokenizer.json. */
    private static final List<String> OTHER_TOKENIZERS =
            List.of("tokenizer.model", "vocab.json", "merges.txt", "vocab.txt", "tekken.json");

    private final Path folder;
    private final ModelConfig config;

    private HuggingFaceFolder(Path folder, ModelConfig config) {
        this.folder = folder;
        this.config = config;
    }

    static HuggingFaceFolder of(Path folder) {
        if (Files.exists(folder.resolve("adapter_config.json")) && !Files.exists(folder.resolve("config.json"))) {
            throw ModelFormatException.in(
                    folder, "is a PEFT adapter, not a base model; import the model that it belongs to");
        }
        HuggingFaceFolder source = new HuggingFaceFolder(folder, ModelConfig.read(folder));
        if (!Files.isRegularFile(folder.resolve("tokenizer.json"))) {
            List<String> others = OTHER_TOKENIZERS.stream()
                    .filter(name -> Files.isRegularFile(folder.resolve(name)))
                    .toList();
            throw ModelFormatException.in(
                    folder,
                    "holds no tokenizer.json" + (others.isEmpty() ? "" : ", only " + String.join(" and ", others))
                            + "; save the tokenizer with transformers' "
                            + "AutoTokenizer.from_pretrained(...).save_pretrained(...), which writes it");
        }
        return source;
    }

    /** Copies the configuration files. Writes the weights as one model.safetensors, in their own types. */
    void copyTo(Path target) throws IOException {
        try (Safetensors weights = Safetensors.open(folder)) {
            List<Planned> planned = planned(weights);
            if (config.isTextHalf() || config.isMxfp4()) {
                config.write(target, planned.get(0).dtype());
            } else {
                TextFiles.copy(folder, target, "config.json");
            }
            TextFiles.copy(folder, target);
            SafetensorsWriter.writePlanned(target.resolve("model.safetensors"), Map.of("format", "pt"), planned);
        }
    }

    private List<Planned> planned(Safetensors weights) {
        StoredNames names = StoredNames.of(config, weights.names());
        if (!names.missing().isEmpty()) {
            throw ModelFormatException.in(
                    folder,
                    "the weights lack " + names.missing().size() + " tensors that config.json asks for, first "
                            + names.missing().get(0));
        }
        for (String name : names.unknown()) {
            if (!isTiedHead(weights, names, name)) {
                throw ModelFormatException.in(
                        folder, "tensor " + name + " is not known in a model with this config.json");
            }
        }
        List<Planned> planned = new ArrayList<>();
        config.tensorShapes().forEach((name, shape) -> {
            String stored = names.of(name);
            if (Mxfp4Experts.isPacked(stored)) {
                planned.add(Mxfp4Experts.planned(weights, name, shape));
                return;
            }
            if (!Arrays.equals(weights.shape(stored), shape)) {
                throw ModelFormatException.in(
                        folder,
                        "tensor " + stored + " has shape " + Safetensors.shown(weights.shape(stored))
                                + "; config.json asks for " + Safetensors.shown(shape));
            }
            if (!weights.dtype(stored).isWeight()) {
                throw ModelFormatException.in(
                        folder,
                        "tensor " + stored + " is of type " + weights.dtype(stored)
                                + "; only F32, F16 and BF16 are built");
            }
            planned.add(new Planned(name, weights.dtype(stored), shape, out -> weights.copy(stored, out)));
        });
        return planned;
    }

    /**
     * Whether the tensor is the stored head of a model with a tied head. It must be a copy of the embedding matrix. A
     * head that differs is refused, as config.json must then be wrong.
     */
    private boolean isTiedHead(Safetensors weights, StoredNames names, String name) {
        String head = config.architecture().nameOf(Role.HEAD);
        if (!config.architecture().head().tied() || !name.endsWith(head)) {
            return false;
        }
        String embedding = names.of(config.architecture().nameOf(Role.EMBEDDING));
        if (!weights.tensor(name).bytes().equals(weights.tensor(embedding).bytes())) {
            throw ModelFormatException.in(
                    folder,
                    "config.json says tie_word_embeddings, but " + name + " differs from " + embedding
                            + "; set tie_word_embeddings to false if the head is meant to be its own");
        }
        return true;
    }
}
