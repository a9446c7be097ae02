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
 * The folder for the download of one model. Only one process can hold it at a time. The next download uses the files
 * that are left in it.
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
     * Opens the folder of a model, and creates it if it is missing.
     *
     * @param downloads the folder of all downloads
     * @throws HubException if another process downloads the same model
     */
    public static DownloadFolder open(Path downloads, HubId id) {
        Path folder = downloads.resolve(id.folderName());
        try {
            // The model may be private, so only the user may read its folder.
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

    /** Removes all files except these, complete or not. Downloads of other commits may have left them. */
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

    /** Removes the folder with all files. */
    public void delete() {
        try {
            Trees.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the folder " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Releases the folder for other processes. Removes it if it holds no file. */
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
