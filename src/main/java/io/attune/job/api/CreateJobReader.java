package io.attune.job.api;

import io.attune.api.ApiException;
import io.attune.api.body.JsonFields;
import io.attune.job.CreateJob;
import io.attune.setting.TrainingSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Reads a request for a job. Ignores no field: it refuses unknown, out-of-range and unsupported values, and names
 * the field.
 */
@Component
public class CreateJobReader {

    private static final Pattern SUFFIX = Pattern.compile("[A-Za-z0-9_-]{1,64}");

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
        TrainingSettings settings = SettingsReader.read(fields);
        refuseIntegrations(fields);
        fields.refuseOthers();
        return new CreateJob(
                model,
                new CreateJob.Files(trainingFile, validationFile),
                suffix,
                seed == null ? null : Long.valueOf(seed),
                priority == null ? Integer.valueOf(0) : priority,
                metadata,
                chatTemplateKwargs,
                settings);
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
