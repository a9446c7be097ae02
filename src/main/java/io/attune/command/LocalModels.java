package io.attune.command;

import io.attune.format.ModelManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The data folder, as a command sees it, and the base models in it. */
record LocalModels(Path data) {

    static LocalModels of(Map<String, String> environment) {
        return new LocalModels(
                Path.of(environment.getOrDefault("ATTUNE_DATA", "data")).toAbsolutePath());
    }

    /** The folder of a base model. @throws IOException that names those there are, if it is not among them */
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
