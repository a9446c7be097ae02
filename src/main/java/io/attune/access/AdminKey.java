package io.attune.access;

import io.attune.api.Ids;
import io.attune.storage.DataFolder;
import io.attune.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key with all rights: {@code ATTUNE_ADMIN_KEY}, or a key that the first start makes and keeps in the data
 * folder.
 */
record AdminKey(String value) {

    private static final Logger log = LoggerFactory.getLogger(AdminKey.class);
    private static final int MIN_LENGTH = 16;

    /** Hides the key, because the default text of a record contains its components. */
    @Override
    public String toString() {
        return "AdminKey";
    }

    /**
     * @param setting the value of {@code ATTUNE_ADMIN_KEY}, blank if it is not set
     * @throws StorageException if the key is too short
     */
    static AdminKey of(String setting, DataFolder folder) throws IOException {
        if (!setting.isBlank()) {
            return checked(setting, "ATTUNE_ADMIN_KEY");
        }
        Path file = folder.adminKey();
        if (!Files.exists(file)) {
            make(file);
        }
        log.info("the admin key is in {}", file);
        return checked(Files.readString(file).strip(), file.toString());
    }

    private static AdminKey checked(String key, String place) {
        if (key.length() < MIN_LENGTH) {
            throw new StorageException(
                    "The admin key in " + place + " is too short: " + key.length() + " characters of at least "
                            + MIN_LENGTH + ".",
                    "Set ATTUNE_ADMIN_KEY to a longer string, or to nothing: then one is made and kept in the data folder.");
        }
        return new AdminKey(key);
    }

    private static void make(Path file) throws IOException {
        Path unfinished = Files.createTempFile(
                file.getParent(),
                "admin-key",
                ".unfinished",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(unfinished, "sk-attune-" + Ids.random(40) + "\n");
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
