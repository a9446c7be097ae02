package io.attune.format;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code attune.json} in the folder of a base model says: that the folder is one, complete and checked, and under which name it is
 * known.
 *
 * @param hubId the model's name on the Hugging Face hub, for adapters' {@code base_model_name_or_path}; null if not given
 * @param source name of the file or folder it was imported from; for a model of the hub the id of the repository,
 *     and the file where one was chosen
 * @param hubCommit the commit of that repository, in hexadecimal; null where the source lay on this machine
 * @param parameters number of parameters, a tied head counted once
 * @param context the context length in tokens
 * @param weightsSha256 of model.safetensors, in hexadecimal
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
