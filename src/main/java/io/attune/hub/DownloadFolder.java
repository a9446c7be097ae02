package io.attune.hub;

import io.attune.disk.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder that a model is fetched into, held by one process at a time. What is there when it is closed is used
 * by the next download.
 */
public final class DownloadFolder implements AutoCloseable {

    private static final String LOCK = ".lock";

    private final Path folder;
    private final FileChannel lock;

    private DownloadFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Opens the folder of a model, which is made if it is not there.
     *
     * @param downloads the folder of all downloads
     * @throws HubException if another process fetches the same model
     */
    public static DownloadFolder open(Path downloads, HubId id) {
        Path folder = downloads.resolve(id.folderName());
        try {
            // what may be of a private model is its user's alone
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel lock =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isTaken(lock)) {
                lock.close();
                throw new HubException("another import fetches " + id + " into " + folder + "; wait for its end");
            }
            return new DownloadFolder(folder, lock);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the folder " + folder + ": " + e.getMessage(), e);
        }
    }

    private static boolean isTaken(FileChannel lock) throws IOException {
        try {
            FileLock taken = lock.tryLock();
            return taken != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    public Path path() {
        return folder;
    }

    /** Removes the files, whole or not, that other models and other commits have left. */
    void keepOnly(List<String> paths) throws IOException {
        Set<Path> kept = new HashSet<>();
        kept.add(folder.resolve(LOCK));
        for (String path : paths) {
            kept.add(folder.resolve(path));
            kept.add(folder.resolve(path + PartialFile.PART));
            kept.add(folder.resolve(path + PartialFile.OF));
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!kept.contains(file)) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Removes all of it. */
    public void delete() {
        try {
            Trees.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the folder " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Lets others use the folder; without any file it goes. */
    @Override
    public void close() {
        try {
            if (Files.isDirectory(folder) && isEmpty()) {
                delete();
            }
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.allMatch(folder.resolve(LOCK)::equals);
        }
    }
}
