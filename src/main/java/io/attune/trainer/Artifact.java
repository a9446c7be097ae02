package io.attune.trainer;

import io.attune.architecture.Role;
import io.attune.format.Dtype;
import io.attune.format.ModelConfig;
import io.attune.format.Safetensors;
import io.attune.format.TextFiles;
import io.attune.model.LoraAdapter;
import io.attune.model.Parameters;
import io.attune.model.Torch;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

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
        if (spec.method() instanceof TrainerSpec.Method.Full full && full.randomInit()) {
            return Dtype.BF16;
        }
        try (Safetensors file = Safetensors.open(spec.model())) {
            return file.dtype(config.architecture().nameOf(Role.FINAL_NORM));
        }
    }

    private String readme() {
        TrainerSpec.Hyperparameters h = spec.hyperparameters();
        StringBuilder text = new StringBuilder();
        text.append("---\nbase_model: ").append(spec.baseName()).append('\n');
        text.append(adapter == null ? "" : "library_name: peft\n").append("---\n\n");
        text.append("# ")
                .append(adapter == null ? "Fine-tuned weights of " : "LoRA adapter for ")
                .append(spec.baseName())
                .append("\n\n");
        text.append("Trained by Attune.\n\n| setting | value |\n|---|---|\n");
        line(text, "base model", spec.baseName());
        line(text, "training file (sha256)", spec.dataChecksum());
        if (spec.method() instanceof TrainerSpec.Method.Lora lora) {
            line(text, "method", "lora");
            line(text, "r", lora.r());
            line(text, "lora_alpha", lora.loraAlpha());
            line(text, "lora_dropout", lora.loraDropout());
            line(text, "target_modules", String.join(", ", lora.targetModules()));
        } else {
            line(text, "method", "full");
        }
        line(text, "n_epochs", h.nEpochs());
        line(text, "max_steps", h.maxSteps() == 0 ? "none" : h.maxSteps());
        line(text, "batch_size", h.batchSize());
        line(text, "learning_rate", h.learningRate());
        line(text, "lr_scheduler_type", h.lrSchedulerType());
        line(text, "warmup_ratio", h.warmupRatio());
        line(text, "weight_decay", h.weightDecay());
        line(text, "max_grad_norm", h.maxGradNorm());
        line(
                text,
                "adam_beta1, adam_beta2, adam_epsilon",
                h.adamBeta1() + ", " + h.adamBeta2() + ", " + h.adamEpsilon());
        line(text, "max_length", spec.data().maxLength());
        line(text, "seed", spec.seed());
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(String.format(Locale.ROOT, "| %s | %s |\n", name, value));
    }
}
