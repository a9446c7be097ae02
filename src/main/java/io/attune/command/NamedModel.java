package io.attune.command;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The files of a model that a command names: a base model of the data folder, or a tuned model or a checkpoint
 * ({@code ft:...}) of a running service. {@code ATTUNE_URL} is the address of the service (default: http://127.0.0.1
 * with the port {@code SERVER_PORT}, or 8080). {@code ATTUNE_API_KEY} is the key (default: the admin key of the data
 * folder).
 *
 * @param weights a model folder
 * @param adapter folder of the adapter, or null
 * @param chatTemplateKwargs variables that the chat template had in training
 */
record NamedModel(Path weights, Path adapter, Map<String, Object> chatTemplateKwargs) {

    /**
     * @param download an empty folder for files from the service
     * @throws IOException if no such model exists, or if the service does not answer
     */
    static NamedModel find(String name, LocalModels models, Path download) throws IOException, InterruptedException {
        return name.startsWith("ft:")
                ? download(name, models, download)
                : new NamedModel(models.find(name), null, Map.of());
    }

    private static NamedModel download(String name, LocalModels models, Path folder)
            throws IOException, InterruptedException {
        URI address = URI.create(System.getenv()
                .getOrDefault(
                        "ATTUNE_URL", "http://127.0.0.1:" + System.getenv().getOrDefault("SERVER_PORT", "8080")));
        String key = System.getenv("ATTUNE_API_KEY");
        if (key == null) {
            Path file = models.data().resolve("admin-key");
            if (!Files.exists(file)) {
                throw new IOException("no API key: set ATTUNE_API_KEY, or ATTUNE_DATA to the service's data folder");
            }
            key = Files.readString(file).strip();
        }
        try {
            AttuneClient client = new AttuneClient(address, key);
            PublishedWeights weights = PublishedWeights.find(client, name);
            client.unzip(weights.path(), folder);
            return Files.exists(folder.resolve("adapter_config.json"))
                    ? new NamedModel(models.find(weights.base()), folder, weights.chatTemplateKwargs())
                    : new NamedModel(folder, null, weights.chatTemplateKwargs());
        } catch (ConnectException e) {
            throw new IOException("a tuned model is downloaded from the service, and none answers at " + address
                    + ": start it with ./attune serve, or set ATTUNE_URL");
        }
    }
}
