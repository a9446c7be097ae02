package io.attune.catalog;

import io.attune.format.FolderLinks;
import io.attune.format.ModelFormatException;
import io.attune.format.ModelManifest;
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

/**
 * Finds the base models: the folders with a manifest in the models folder. Each call looks at the folders again, so
 * an import needs no restart.
 */
@Component
public class BaseModels {

    private static final Logger log = LoggerFactory.getLogger(BaseModels.class);

    private final DataFolder folder;

    /** Installs the bundled models. */
    BaseModels(DataFolder folder, BundledModels bundled) throws IOException {
        this.folder = folder;
        bundled.installInto(folder.models());
    }

    /** All base models, by name. */
    public List<BaseModel> list() {
        List<BaseModel> models = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder.models(), BaseModels::isModel)) {
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

    /** Whether the folder is a base model. Hidden folders belong to imports that still run. */
    private static boolean isModel(Path folder) {
        return !folder.getFileName().toString().startsWith(".")
                && Files.isRegularFile(folder.resolve(ModelManifest.FILE));
    }

    private static Optional<BaseModel> read(Path model) {
        try {
            FolderLinks.check(model);
            ModelManifest manifest = ModelManifest.read(model);
            return Optional.of(new BaseModel(manifest.name(), manifest.hubId(), model, manifest.importedAt()));
        } catch (ModelFormatException | UncheckedIOException e) {
            log.warn("left out the model in {}: {}", model, e.getMessage());
            return Optional.empty();
        }
    }
}
