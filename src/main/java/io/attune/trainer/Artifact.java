package io.attune.trainer;

import static io.attune.setting.Hyperparameters.MICRO_BATCH_TOKENS;

import io.attune.architecture.Role;
import io.attune.format.Dtype;
import io.attune.format.ModelConfig;
import io.attune.format.Safetensors;
import io.attune.format.TextFiles;
import io.attune.model.LoraAdapter;
import io.attune.model.Parameters;
import io.attune.model.Torch;
import io.attune.setting.Settings;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The result of a training: a PEFT folder, or full weights in Hugging Face layout, with a README. The content
 * depends neither on the time nor on an id. Equal runs therefore give equal bytes.
 */
final class Artifact {

    private final Torch torch;
    private final TrainerSpec.Train spec;
    private final ModelConfig config;
    private final Parameters parameters;
    private final LoraAdapter adapter; // null for full training

    Artifact(Torch torch, TrainerSpec.Train spec, ModelConfig config, Parameters parameters, LoraAdapter adapter) {
        this.torch = torch;
        this.spec = spec;
        this.config = config;
        this.parameters = parameters;
        this.adapter = adapter;
    }

    /** Rounds full weights to the type of the written file. Adapters stay float32. */
    void settle() {
        if (adapter == null) {
            parameters.round(torch, dtype());
        }
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (adapter != null) {
            adapter.write(torch, folder);
        } else {
            parameters.write(torch, folder, dtype());
            config.write(folder, dtype());
            TextFiles.copy(spec.model(), folder);
        }
        Files.writeString(folder.resolve("README.md"), readme());
    }

    /** Full weights keep the base model's type. A new model is bfloat16. */
    private Dtype dtype() {
        if (spec.start().randomWeights()) {
            return Dtype.BF16;
        }
        try (Safetensors file = Safetensors.open(spec.model())) {
            return file.dtype(config.architecture().nameOf(Role.FINAL_NORM));
        }
    }

    private String readme() {
        String base = spec.results().baseName();
        StringBuilder text = new StringBuilder();
        text.append("---\nbase_model: ").append(base).append('\n');
        text.append(adapter == null ? "" : "library_name: peft\n").append("---\n\n");
        text.append("# ")
                .append(adapter == null ? "Fine-tuned weights of " : "LoRA adapter for ")
                .append(base)
                .append("\n\n");
        text.append("Trained by Attune.\n\n| setting | value |\n|---|---|\n");
        line(text, "base model", base);
        line(text, "training file (sha256)", spec.results().dataChecksum());
        line(text, "training_type", spec.tuning().type().text());
        lines(text, spec.tuning().settings());
        lines(text, spec.hyperparameters().without(MICRO_BATCH_TOKENS).values()); // changes no result
        line(text, "seed", spec.seed());
        return text.toString();
    }

    private static void lines(StringBuilder text, Settings settings) {
        settings.values()
                .forEach((name, value) -> line(
                        text,
                        name,
                        value instanceof List<?> names
                                ? names.stream().map(String::valueOf).collect(Collectors.joining(", "))
                                : value));
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(String.format(Locale.ROOT, "| %s | %s |\n", name, value));
    }
}
