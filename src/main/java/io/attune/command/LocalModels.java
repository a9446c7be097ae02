package io.attune.command;

import io.attune.format.ModelManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds base models in the data folder of a command. */
record LocalModels(Path data) {

    static LocalModels of(Map<String, String> environment) {
        return new LocalModels(
                Path.of(environment.getOrDefault("ATTUNE_DATA", "data")).toAbsolutePath());
    }

    /**
     * Returns the folder of a base model.
     *
     * @throws IOException if there is no such model; the message lists all models of the folder
     */
    Path find(String name) throws IOException {
        Path models = data.resolve("models");
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(models)) {
            try (Stream<Path> folders = Files.list(models)) {
                for (Path folder : folders.filter(f -> Files.exists(f.resolve(ModelManifest.FILE)))
                        .sorted()
                        .toList()) {
                    String found = ModelManifest.read(folder).name();
                    if (found.equals(name)) {
                        return folder;
                    }
                    names.add(found);
                }
            }
        }
        throw new IOException("there is no base model " + name + " in " + models
                + (names.isEmpty()
                        ? "; ./attune import brings models, and the first ./attune serve the bundled one, attune-tales"
                        : "; there are " + String.join(", ", names)));
    }
}
