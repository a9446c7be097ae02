package io.attune.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** The folder with all local state, and the places in it (docs/architecture.md, "The data folder"). */
public final class DataFolder {

    private static final String ADMIN_KEY = "admin-key";
    private static final String POSTGRES = "postgres";

    private final Path root;

    /** Creates the folder if it does not exist. */
    public DataFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
        create(this.root);
    }

    public Path root() {
        return root;
    }

    /** What only the service may read. @param root of a data folder; the files and folders may not be there yet */
    public static List<Path> secrets(Path root) {
        return List.of(root.resolve(POSTGRES), root.resolve(ADMIN_KEY));
    }

    public Path adminKey() {
        return root.resolve(ADMIN_KEY);
    }

    public Path lock() {
        return root.resolve("lock");
    }

    public Path postgres() {
        return root.resolve(POSTGRES);
    }

    public Path models() {
        return create(root.resolve("models"));
    }

    public Path blobs() {
        return create(root.resolve("blobs"));
    }

    /**
     * The folder for bytes before they are in {@link #blobs()}. It is in the same file system, so a rename moves
     * them.
     */
    public Path incoming() {
        return create(root.resolve("incoming"));
    }

    /** The folder for copies of bytes from a remote artifact store. */
    public Path cache() {
        return create(root.resolve("cache"));
    }

    public Path attempts() {
        return create(root.resolve("attempts"));
    }

    public Path previews() {
        return create(root.resolve("previews"));
    }

    public Path djl() {
        return create(root.resolve("djl"));
    }

    /** The folders that the service writes to; each may be on its own disk. A command writes models. */
    List<Path> written() {
        return Stream.of("", POSTGRES, "blobs", "incoming", "cache", "attempts", "previews", "djl")
                .map(root::resolve)
                .toList();
    }

    /** @throws StorageException if a folder is not writable; the message names the first such folder */
    void requireWritable() {
        written().stream().filter(Files::exists).forEach(DataFolder::writable);
    }

    /**
     * Creates the folder if it does not exist.
     *
     * @throws StorageException if the folder cannot be created, or is not writable
     */
    static Path writable(Path folder) {
        if (!Files.isWritable(create(folder))) {
            throw cannotWrite(folder, "it is read-only, or belongs to another user");
        }
        return folder;
    }

    static Path create(Path folder) {
        try {
            // other users must not read what users upload and train
            return Files.isDirectory(folder)
                    ? folder
                    : Files.createDirectories(
                            folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (AccessDeniedException e) {
            throw cannotWrite(folder, "it belongs to another user");
        } catch (FileAlreadyExistsException e) {
            throw cannotWrite(folder, "it is a file, or a link without a target, and not a folder");
        } catch (FileSystemException e) {
            throw cannotWrite(folder, String.valueOf(e.getReason()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
    }

    private static StorageException cannotWrite(Path folder, String why) {
        return new StorageException(
                "Attune cannot write to the folder " + folder + ": " + why + ".",
                "Give the folder to the user that runs Attune (" + System.getProperty("user.name")
                        + "), on a disk that is mounted for writing and has room, or name another: ATTUNE_DATA is the"
                        + " data folder, ATTUNE_STORE the artifact store.");
    }
}
