package io.attune.storage;

import java.net.URI;
import java.nio.file.Path;

/** What {@code attune.store} says: where the artifact store is. */
sealed interface StoreSetting {

    /** In the data folder. */
    record OfTheDataFolder() implements StoreSetting {}

    /** In a folder that services of one machine share. */
    record Folder(Path path) implements StoreSetting {}

    /** @throws StorageException when it is none of these */
    static StoreSetting parse(String setting) {
        if (setting.isBlank()) {
            return new OfTheDataFolder();
        }
        try {
            URI uri = URI.create(setting.strip());
            if ("file".equals(uri.getScheme()) && uri.getPath() != null && uri.getHost() == null) {
                return new Folder(Path.of(uri.getPath()));
            }
        } catch (IllegalArgumentException e) {
            // says below what would be one
        }
        throw new StorageException(
                "The setting attune.store (ATTUNE_STORE) names no artifact store: " + setting + ".",
                "Leave it empty for a store in the data folder, or give file:/path for a folder that services of one machine share.");
    }

    default ArtifactStore open(DataFolder data) {
        if (this instanceof Folder shared) {
            return new FolderStore(
                    DataFolder.create(shared.path().resolve("blobs")),
                    DataFolder.create(shared.path().resolve("incoming")));
        }
        return new FolderStore(data.blobs(), data.incoming());
    }
}
