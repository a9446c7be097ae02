package io.attune.storage;

import io.attune.disk.Disks;
import io.attune.disk.Trees;
import io.attune.disk.WantOfSpace;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Copies all bytes of an artifact store to another store, also while a service uses the first. Reads each object
 * with its checksum. An object appears in the other store whole or not at all. Skips objects that the other store
 * already has, so a repeated run continues an interrupted copy. Writes the marker last: a service starts only on a
 * complete copy.
 */
public final class StoreCopy implements Closeable {

    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");

    /** Larger than any error of a clock. */
    private static final Duration AHEAD = Duration.ofDays(365);

    /** Gets the progress after each object. */
    public interface Listener {
        /**
         * @param done number of objects that were checked
         * @param total number of objects of the first store
         * @param bytes number of bytes copied so far
         */
        void progress(int done, int total, long bytes);
    }

    /**
     * The result of a copy.
     *
     * @param copied number of copied objects
     * @param present number of objects that the other store already had
     * @param vanished number of objects that were deleted from the first store during the copy
     * @param damaged names of objects whose bytes do not have their checksum; they were not copied
     * @param marked whether the other store now has the marker; the first store may have none yet
     */
    public record Outcome(int copied, int present, int vanished, List<String> damaged, boolean marked) {}

    private final ArtifactStore from;
    private final ArtifactStore to;
    private final Disks disks;
    private final Path temporary;

    StoreCopy(ArtifactStore from, ArtifactStore to, Disks disks, Path temporary) {
        this.from = from;
        this.to = to;
        this.disks = disks;
        this.temporary = temporary;
    }

    /**
     * @param from a folder (a data folder, or one that services share) or {@code s3://bucket/prefix}
     * @param to likewise; a missing folder is created
     * @param environment {@code ATTUNE_S3_ENDPOINT}, {@code ATTUNE_S3_REGION} and {@code ATTUNE_S3_PATH_STYLE}, as
     *     for the service
     * @throws StorageException if a store cannot be used; the message names the solution
     */
    public static StoreCopy open(String from, String to, Map<String, String> environment) throws IOException {
        Path temporary = Files.createTempDirectory("attune-store-copy");
        try {
            StoreSetting source = StoreSetting.parse(asSetting(from));
            if (source instanceof StoreSetting.Folder folder
                    && !Files.isDirectory(folder.path().resolve("blobs"))) {
                throw new StorageException(
                        "There is no artifact store in " + folder.path() + ": it has no folder blobs.",
                        "Name the data folder of the service, or the folder that ATTUNE_STORE names.");
            }
            return new StoreCopy(
                    open(source, environment, temporary),
                    open(StoreSetting.parse(asSetting(to)), environment, temporary),
                    new Disks(List.of(), 0),
                    temporary);
        } catch (RuntimeException e) {
            Trees.delete(temporary);
            throw e;
        }
    }

    private static String asSetting(String place) {
        return place.contains(":/")
                ? place
                : Path.of(place).toAbsolutePath().normalize().toUri().toString();
    }

    private static ArtifactStore open(StoreSetting where, Map<String, String> environment, Path temporary) {
        if (where instanceof StoreSetting.Bucket bucket) {
            S3Store store = S3Store.of(bucket, S3Settings.of(environment), temporary, null);
            store.check();
            return store;
        }
        return FolderStore.in(((StoreSetting.Folder) where).path());
    }

    /**
     * @throws StorageException if the other store belongs to another database
     * @throws StoreUnavailableException if a store is unavailable; another run continues the copy
     */
    public Outcome run(Listener listener) throws IOException {
        Optional<String> marker = from.marker();
        Optional<String> other = to.marker();
        if (other.isPresent() && !other.equals(marker)) {
            throw new StorageException(
                    to + " is the artifact store of another database.",
                    "Copy into an empty folder, or under another prefix.");
        }
        List<String> names = from.keptBefore(Instant.now().plus(AHEAD)).stream()
                .filter(name -> NAME.matcher(name).matches())
                .toList();
        int copied = 0;
        int present = 0;
        int vanished = 0;
        long bytes = 0;
        List<String> damaged = new ArrayList<>();
        for (String name : names) {
            try {
                long size = from.size(name);
                if (has(name, size)) {
                    present++;
                } else {
                    copy(name);
                    copied++;
                    bytes += size;
                }
            } catch (NoSuchFileException e) {
                vanished++;
            } catch (AlteredBlobException e) {
                damaged.add(name);
            }
            listener.progress(copied + present + vanished + damaged.size(), names.size(), bytes);
        }
        if (marker.isPresent()) {
            to.mark(marker.get());
        }
        return new Outcome(copied, present, vanished, damaged, marker.isPresent());
    }

    private boolean has(String name, long size) throws IOException {
        try {
            return to.size(name) == size;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void copy(String name) throws IOException {
        Path file = to.incoming().resolve("copy-" + UUID.randomUUID() + ".part");
        try (InputStream bytes = from.open(name, 0);
                Incoming incoming = new Incoming(to, file, disks)) {
            incoming.keeping(bytes).transferTo(OutputStream.nullOutputStream());
            to.keep(incoming.finish(), file);
        } catch (IOException e) {
            if (WantOfSpace.isCauseOf(e)) {
                throw new StorageException(
                        "There is no room for " + name + " in " + file.getParent() + ": " + e.getMessage(),
                        "Make room there and run the command again: it continues the copy.");
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        Trees.delete(temporary);
    }
}
