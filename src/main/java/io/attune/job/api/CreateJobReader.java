package io.attune.job.api;

import io.attune.api.ApiException;
import io.attune.api.body.JsonFields;
import io.attune.api.body.JsonFields.Range;
import io.attune.job.CreateJob;
import io.attune.job.Hyperparameters;
import io.attune.job.TrainingType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Reads a request for a job. Nothing is ignored: what is unknown, out of range or not built is refused by name.
 */
@Component
public class CreateJobReader {

    private static final int MOST_STEPS = 1_000_000_000;
    private static final Pattern SUFFIX = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final List<String> UNBUILT_TYPES =
            List.of("freeze", "ia3", "prompt_tuning", "prefix_tuning", "auto");
    private static final List<String> UNBUILT_METHODS = List.of("dpo", "reinforcement");

    CreateJob read(JsonNode body) {
        JsonFields fields = JsonFields.of(body);
        String model = fields.requiredText("model");
        String trainingFile = fields.requiredText("training_file");
        String validationFile = fields.text("validation_file");
        String suffix = suffix(fields);
        Integer seed = fields.integer("seed", 0, Integer.MAX_VALUE);
        Integer priority = fields.integer("priority", -100, 100);
        Map<String, String> metadata = metadata(fields);
        Map<String, Object> chatTemplateKwargs = ChatTemplateKwargs.read(fields);
        TrainingType trainingType = trainingType(fields.object("training_type"));
        Hyperparameters hyperparameters = hyperparameters(fields);
        refuseIntegrations(fields);
        fields.refuseOthers();
        return new CreateJob(
                model,
                trainingFile,
                validationFile,
                suffix,
                seed == null ? null : Long.valueOf(seed),
                priority == null ? Integer.valueOf(0) : priority,
                metadata,
                chatTemplateKwargs,
                trainingType,
                new CreateJob.Method("supervised", new CreateJob.Supervised(hyperparameters)),
                hyperparameters);
    }

    private static String suffix(JsonFields fields) {
        String suffix = fields.text("suffix");
        if (suffix != null && !SUFFIX.matcher(suffix).matches()) {
            throw fields.refused("suffix", "must be 1 to 64 letters, digits, '-' and '_'", fields.any("suffix"));
        }
        return suffix;
    }

    private static Map<String, String> metadata(JsonFields fields) {
        JsonFields pairs = fields.object("metadata");
        if (pairs == null) {
            return Map.of();
        }
        if (pairs.entries().size() > 16) {
            throw ApiException.invalidValue(
                    "metadata",
                    "'metadata' must have at most 16 pairs, not "
                            + pairs.entries().size() + ".");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> pair : pairs.entries()) {
            String key = pair.getKey();
            JsonNode value = pair.getValue();
            if (key.isEmpty() || key.codePointCount(0, key.length()) > 64) {
                throw ApiException.invalidValue("metadata", "A key of 'metadata' must have 1 to 64 characters.");
            }
            if (!value.isString()
                    || value.asString().codePointCount(0, value.asString().length()) > 512) {
                throw pairs.refused(key, "must be a string of at most 512 characters", value);
            }
            metadata.put(key, value.asString());
        }
        return metadata;
    }

    private static TrainingType trainingType(JsonFields fields) {
        if (fields == null) {
            return new TrainingType("lora", null, null, null, null);
        }
        String type = fields.text("type");
        if (type != null && UNBUILT_TYPES.contains(type)) {
            throw ApiException.unsupported(
                    "method",
                    fields.name("type"),
                    "The training type '" + type + "' is not built here; there are lora and full.");
        }
        fields.oneOf("type", "lora", "full");
        boolean lora = !"full".equals(type);
        TrainingType asked = new TrainingType(
                lora ? "lora" : "full",
                fields.integer("r", 1, 512),
                fields.number("lora_alpha", Range.above(0, 100_000)),
                fields.number("lora_dropout", Range.below(0, 1)),
                targetModules(fields));
        fields.refuseOthers();
        if (!lora) {
            for (String field : List.of("r", "lora_alpha", "lora_dropout", "target_modules")) {
                if (fields.has(field)) {
                    throw ApiException.invalidValue(
                            fields.name(field), "'" + fields.name(field) + "' goes with type lora, not with full.");
                }
            }
        }
        return asked;
    }

    private static List<String> targetModules(JsonFields fields) {
        JsonNode asked = fields.any("target_modules");
        if (asked == null || asked.isString() && asked.asString().equals("all-linear")) {
            return null;
        }
        if (!asked.isArray()) {
            throw fields.refused("target_modules", "must be an array of module names, or 'all-linear'", asked);
        }
        return fields.texts("target_modules").stream().distinct().toList();
    }

    /** The hyperparameters in {@code method}; null where it has none. */
    static Hyperparameters method(JsonFields fields) {
        JsonFields method = fields.object("method");
        if (method == null) {
            return null;
        }
        String type = method.requiredText("type");
        for (String unbuilt : UNBUILT_METHODS) {
            boolean asked = unbuilt.equals(type);
            if (asked || method.has(unbuilt)) {
                throw ApiException.unsupported(
                        "method",
                        method.name(asked ? "type" : unbuilt),
                        "The method '" + unbuilt + "' is not built here; there is supervised.");
            }
        }
        method.oneOf("type", "supervised");
        JsonFields supervised = method.object("supervised");
        Hyperparameters hyperparameters = null;
        if (supervised != null) {
            JsonFields inner = supervised.object("hyperparameters");
            hyperparameters = inner == null ? null : hyperparametersOf(inner);
            supervised.refuseOthers();
        }
        method.refuseOthers();
        return hyperparameters;
    }

    private static Hyperparameters hyperparameters(JsonFields fields) {
        Hyperparameters current = method(fields);
        JsonFields deprecated = fields.object("hyperparameters");
        if (deprecated == null || deprecated.entries().isEmpty()) {
            return current == null ? Hyperparameters.auto() : current;
        }
        if (current != null && !current.equals(Hyperparameters.auto())) {
            throw ApiException.invalidValue(
                    "hyperparameters",
                    "'hyperparameters' is deprecated; give them all in 'method.supervised.hyperparameters'.");
        }
        return hyperparametersOf(deprecated);
    }

    private static Hyperparameters hyperparametersOf(JsonFields fields) {
        Hyperparameters asked = new Hyperparameters(
                fields.integerOrAuto("n_epochs", 1, 50),
                fields.integerOrAuto("batch_size", 1, 256),
                fields.numberOrAuto("learning_rate_multiplier", Range.above(0, 1000)),
                fields.numberOrAuto("learning_rate", Range.above(0, 1)),
                fields.integerOrAuto("max_steps", 1, MOST_STEPS),
                fields.numberOrAuto("warmup_ratio", Range.closed(0, 1)),
                fields.oneOf("lr_scheduler_type", "constant", "linear", "cosine"),
                fields.numberOrAuto("weight_decay", Range.closed(0, 1)),
                fields.numberOrAuto("max_grad_norm", Range.above(0, 1e9)),
                fields.numberOrAuto("adam_beta1", Range.below(0, 1)),
                fields.numberOrAuto("adam_beta2", Range.below(0, 1)),
                fields.numberOrAuto("adam_epsilon", Range.above(0, 1)),
                fields.integerOrAuto("max_length", 1, 1 << 27),
                fields.oneOf("overlong_rows", "fail", "truncate", "drop"),
                fields.integerOrAuto("micro_batch_tokens", 1, 1 << 20),
                fields.integerOrAuto("eval_steps", 1, MOST_STEPS),
                fields.integerOrAuto("checkpoint_steps", 1, MOST_STEPS));
        fields.refuseOthers();
        if (asked.learningRate() != null && asked.learningRateMultiplier() != null) {
            throw ApiException.invalidValue(
                    fields.name("learning_rate"),
                    "Give either '" + fields.name("learning_rate") + "' or '" + fields.name("learning_rate_multiplier")
                            + "', not both.");
        }
        return asked;
    }

    private static void refuseIntegrations(JsonFields fields) {
        JsonNode integrations = fields.any("integrations");
        if (integrations != null && !(integrations.isArray() && integrations.isEmpty())) {
            throw ApiException.unsupported(
                    "integrations",
                    "integrations",
                    "Integrations are not built here; metrics are in the job's events.");
        }
    }
}
