package io.attune.chaos;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A job whose result is known bit for bit once it was trained undisturbed.
 *
 * @param hyperparameters beside those that all kinds have
 * @param validated on a validation file
 */
record JobKind(
        String name, Map<String, Object> type, Map<String, Object> hyperparameters, boolean validated, int seed) {

    static final List<JobKind> ALL = List.of(
            new JobKind(
                    "lora",
                    Map.of("type", "lora", "r", 8, "lora_alpha", 16, "lora_dropout", 0.1),
                    Map.of("learning_rate", 2e-3),
                    true,
                    11),
            new JobKind("full", Map.of("type", "full"), Map.of("learning_rate", 3e-4), true, 12),
            new JobKind(
                    "attention-only",
                    Map.of(
                            "type",
                            "lora",
                            "r",
                            4,
                            "lora_alpha",
                            8,
                            "lora_dropout",
                            0.3,
                            "target_modules",
                            List.of("q_proj", "v_proj")),
                    Map.of("learning_rate", 4e-3, "lr_scheduler_type", "linear"),
                    false,
                    13),
            new JobKind(
                    "decayed",
                    Map.of("type", "full"),
                    Map.of("learning_rate", 2e-4, "weight_decay", 0.1, "lr_scheduler_type", "constant"),
                    false,
                    14),
            new JobKind(
                    "wide",
                    Map.of("type", "lora", "r", 32, "lora_alpha", 32, "lora_dropout", 0.05),
                    Map.of("learning_rate", 1e-3, "max_grad_norm", 0.5),
                    true,
                    15));

    /** The body of the call that makes such a job. */
    Map<String, Object> body(String training, String validation, int steps, String number) {
        Map<String, Object> all = new LinkedHashMap<>(Map.of(
                "n_epochs",
                50,
                "batch_size",
                4,
                "max_steps",
                steps,
                "micro_batch_tokens",
                1024,
                "checkpoint_steps",
                steps / 4,
                "eval_steps",
                steps / 2));
        all.putAll(hyperparameters);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", "attune-tales");
        body.put("training_file", training);
        if (validated) {
            body.put("validation_file", validation);
        }
        body.put("seed", seed);
        body.put("training_type", type);
        body.put("method", Map.of("type", "supervised", "supervised", Map.of("hyperparameters", all)));
        body.put("metadata", Map.of("kind", name, "number", number));
        return body;
    }
}
