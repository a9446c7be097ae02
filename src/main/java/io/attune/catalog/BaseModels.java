package io.attune.catalog;

import io.attune.storage.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The base models: folders in the models folder with a manifest {@code attune.json}. Looked up anew each time, so an import needs no restart. */
@Component
public class BaseModels {

    private static final Logger log = LoggerFactory.getLogger(BaseModels.class);

    private final DataFolder folder;
    private final JsonMapper json = JsonMapper.builder().build();

    BaseModels(DataFolder folder) {
        this.folder = folder;
    }

    /** All base models, by name. */
    public List<BaseModel> list() {
        List<BaseModel> models = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder.models(), Files::isDirectory)) {
            folders.forEach(model -> read(model).ifPresent(models::add));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        models.sort(Comparator.comparing(BaseModel::name));
        return models;
    }

    public Optional<BaseModel> find(String name) {
        return list().stream().filter(model -> model.name().equals(name)).findFirst();
    }

    private Optional<BaseModel> read(Path model) {
        Path manifest = model.resolve("attune.json");
        if (!Files.isRegularFile(manifest)) {
            return Optional.empty();
        }
        try {
            JsonNode fields = json.readTree(manifest.toFile());
            return Optional.of(new BaseModel(
                    fields.required("name").asString(),
                    fields.path("hub_id").asString(null),
                    model,
                    Files.getLastModifiedTime(manifest).toInstant()));
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            log.warn("left out the model in {}: its manifest cannot be read: {}", model, e.getMessage());
            return Optional.empty();
        }
    }
}
