package io.attune.format;

import io.attune.format.SafetensorsWriter.Planned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A model folder in Hugging Face layout that is to be imported. */
final class HuggingFaceFolder {

    /** What a tokenizer can be made of by transformers, and not here. */
    private static final List<String> OTHER_TOKENIZERS =
            List.of("tokenizer.model", "vocab.json", "merges.txt", "vocab.txt", "tekken.json");

    /** Buffers that older versions of transformers saved with the weights; they follow from the config. */
    private static final Pattern DERIVED = Pattern.compile("model\\.layers\\.\\d+\\.self_attn\\.rotary_emb\\.inv_freq");

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

    /** Copies the configuration files, and the weights as one model.safetensors in their own types. */
    void copyTo(Path target) throws IOException {
        try (Safetensors weights = Safetensors.open(folder)) {
            List<Planned> planned = planned(weights);
            TextFiles.copy(folder, target, "config.json");
            TextFiles.copy(folder, target);
            SafetensorsWriter.writePlanned(target.resolve("model.safetensors"), Map.of("format", "pt"), planned);
        }
    }

    private List<Planned> planned(Safetensors weights) {
        Map<String, long[]> expected = config.tensorShapes();
        List<String> missing = new ArrayList<>(expected.keySet());
        missing.removeAll(weights.names());
        if (!missing.isEmpty()) {
            throw ModelFormatException.in(
                    folder,
                    "the weights lack " + missing.size() + " tensors that config.json asks for, first "
                            + missing.get(0));
        }
        for (String name : weights.names()) {
            if (!expected.containsKey(name) && !DERIVED.matcher(name).matches() && !isTiedHead(weights, name)) {
                throw ModelFormatException.in(
                        folder, "tensor " + name + " is not known in a model with this config.json");
            }
        }
        List<Planned> planned = new ArrayList<>();
        expected.forEach((name, shape) -> {
            if (!Arrays.equals(weights.shape(name), shape)) {
                throw ModelFormatException.in(
                        folder,
                        "tensor " + name + " has shape " + Safetensors.shown(weights.shape(name))
                                + "; config.json asks for " + Safetensors.shown(shape));
            }
            if (!weights.dtype(name).isWeight()) {
                throw ModelFormatException.in(
                        folder,
                        "tensor " + name + " is of type " + weights.dtype(name) + "; only F32, F16 and BF16 are built");
            }
            planned.add(new Planned(
                    name,
                    weights.dtype(name),
                    shape,
                    out -> SafetensorsWriter.writeFully(
                            out, weights.tensor(name).bytes())));
        });
        return planned;
    }

    /** A head that is stored although it is the embedding matrix; a different one would mean that config.json is wrong. */
    private boolean isTiedHead(Safetensors weights, String name) {
        if (!config.tiedEmbeddings() || !name.equals("lm_head.weight")) {
            return false;
        }
        if (!weights.tensor(name)
                .bytes()
                .equals(weights.tensor("model.embed_tokens.weight").bytes())) {
            throw ModelFormatException.in(
                    folder,
                    "config.json says tie_word_embeddings, but lm_head.weight differs from "
                            + "model.embed_tokens.weight; set tie_word_embeddings to false if the head is meant to be its own");
        }
        return true;
    }
}
