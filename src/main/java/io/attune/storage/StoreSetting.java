package io.attune.storage;

import java.net.URI;
import java.nio.file.Path;

/** The location of the artifact store, as {@code attune.store} names it. */
sealed interface StoreSetting {

    /** In the data folder. */
    record OfTheDataFolder() implements StoreSetting {}

    /** In a folder that services of one machine share. */
    record Folder(Path path) implements StoreSetting {}

    /**
     * In a bucket.
     *
     * @param prefix prefix of all keys: empty, or it ends with a slash
     */
    record Bucket(String name, String prefix) implements StoreSetting {}

    /** @throws StorageException if the setting has none of these forms */
    static StoreSetting parse(String setting) {
        if (setting.isBlank()) {
            return new OfTheDataFolder();
        }
        try {
            URI uri = URI.create(setting.strip());
            String path = uri.getPath() == null ? "" : uri.getPath();
            if ("file".equals(uri.getScheme()) && path.startsWith("/") && uri.getAuthority() == null) {
                return new Folder(Path.of(path));
            }
            if ("s3".equals(uri.getScheme()) && uri.getAuthority() != null && uri.getQuery() == null) {
                String prefix = path.replaceAll("^/+|/+$", "");
                return new Bucket(uri.getAuthority(), prefix.isEmpty() ? "" : prefix + "/");
            }
        } catch (IllegalArgumentException e) {
            // the message below names the valid forms
        }
        throw new StorageException(
                "The setting attune.store (ATTUNE_STORE) names no artifact store: " + setting + ".",
                "Leave it empty for a store in the data folder. Or give file:/path for a folder that services of one"
                        + " machine share, or s3://bucket/prefix.");
    }
}
