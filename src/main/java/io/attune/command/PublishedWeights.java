package io.attune.command;

import java.io.IOException;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The place of a tuned model's weights, or of a published checkpoint's weights, in the service.
 *
 * @param base name of the base model
 * @param path path of a zip with an adapter or full weights
 * @param chatTemplateKwargs variables that the job gave the chat template
 */
record PublishedWeights(String base, String path, Map<String, Object> chatTemplateKwargs) {

    private static final String CHECKPOINT = ":ckpt-step-";

    /** @throws IOException if the service does not answer, or if it has no such model */
    static PublishedWeights find(AttuneClient client, String name) throws IOException, InterruptedException {
        int checkpoint = name.lastIndexOf(CHECKPOINT);
        String shortId = (checkpoint < 0 ? name : name.substring(0, checkpoint)).replaceFirst(".*:", "");
        String after = "";
        while (true) {
            JsonNode page = client.get("/v1/fine_tuning/jobs?limit=100" + after);
            for (JsonNode job : page.get("data")) {
                String id = job.get("id").asString();
                String path = id.endsWith(shortId) ? path(client, job, name, checkpoint >= 0) : null;
                if (path != null) {
                    return new PublishedWeights(job.get("model").asString(), path, kwargs(job));
                }
                after = "&after=" + id;
            }
            if (!page.get("has_more").asBoolean()) {
                throw new IOException("the service at " + client.address() + " has no tuned model " + name);
            }
        }
    }

    /** Returns an empty map if an older service does not have the field. */
    private static Map<String, Object> kwargs(JsonNode job) {
        JsonNode kwargs = job.path("chat_template_kwargs");
        return kwargs.isObject()
                ? JsonMapper.shared().convertValue(kwargs, new TypeReference<Map<String, Object>>() {})
                : Map.of();
    }

    /** Returns null if the job did not make the model, or if the model was deleted. */
    private static String path(AttuneClient client, JsonNode job, String name, boolean checkpoint)
            throws IOException, InterruptedException {
        if (checkpoint) {
            return checkpointPath(client, job.get("id").asString(), name);
        }
        boolean made = job.path("fine_tuned_model").asString("").equals(name)
                && !job.get("artifacts").isEmpty();
        return made ? AttuneClient.contentPath(job.get("artifacts").get(0).asString()) : null;
    }

    private static String checkpointPath(AttuneClient client, String job, String name)
            throws IOException, InterruptedException {
        String checkpoints = "/v1/fine_tuning/jobs/" + job + "/checkpoints";
        String after = "";
        while (true) {
            JsonNode page = client.get(checkpoints + "?limit=100" + after);
            for (JsonNode checkpoint : page.get("data")) {
                String id = checkpoint.get("id").asString();
                if (checkpoint.get("fine_tuned_model_checkpoint").asString().equals(name)) {
                    return checkpoints + "/" + id + "/content";
                }
                after = "&after=" + id;
            }
            if (!page.get("has_more").asBoolean()) {
                return null;
            }
        }
    }
}
