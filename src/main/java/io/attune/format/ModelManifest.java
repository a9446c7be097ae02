package io.attune.format;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/**
 * The content of {@code attune.json} in the folder of a base model. The file marks the folder as a complete, checked
 * base model, and gives its name.
 *
 * @param hubId the model's name on the Hugging Face hub, for adapters' {@code base_model_name_or_path}; null if not
 *     given
 * @param source the name of the imported file or folder; for a model from the hub, the id of the repository, and the
 *     file if the user chose one
 * @param hubCommit the commit of that repository, in hexadecimal; null for a source on this machine
 * @param parameters the number of parameters; a tied head counts once
 * @param context the context length in tokens
 * @param weightsSha256 the SHA-256 of model.safetensors, in hexadecimal
 */
public record ModelManifest(
        String name,
        String hubId,
        String source,
        String hubCommit,
        Instant importedAt,
        long parameters,
        int context,
        String weightsSha256) {

    public static final String FILE = "attune.json";

    /** Reads the manifest of a model folder. */
    public static ModelManifest read(Path modelFolder) {
        JsonFile json = JsonFile.read(modelFolder.resolve(FILE));
        String importedAt = json.text("imported_at");
        try {
            return new ModelManifest(
                    ModelName.checked(json.text("name")).value(),
                    json.text("hub_id", null),
                    json.text("source"),
                    json.text("hub_commit", null),
                    Instant.parse(importedAt),
                    (long) json.number("parameters", 1, 1e15),
                    json.integer("context", 1, Integer.MAX_VALUE),
                    json.text("weights_sha256"));
        } catch (DateTimeException e) {
            throw json.refused("imported_at", "must be a time like 2026-01-31T12:00:00Z, is \"" + importedAt + "\"");
        }
    }

    void write(Path modelFolder) {
        ObjectNode json = JsonFile.MAPPER.createObjectNode();
        json.put("name", name);
        json.put("hub_id", hubId);
        json.put("source", source);
        json.put("hub_commit", hubCommit);
        json.put("imported_at", importedAt.toString());
        json.put("parameters", parameters);
        json.put("context", context);
        json.put("weights_sha256", weightsSha256);
        JsonFile.write(modelFolder.resolve(FILE), json);
    }
}
