package io.attune.storage;

import io.attune.disk.Disks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of remote bytes on this machine's disk, verified as they arrive. The modification time of a file is the
 * time of its last use. If room is needed, the least recently used files are deleted.
 *
 * <p>A file is in use while it has a second name (a hard link in the folder of the work that needs it), and for a
 * minute after its last use. This minute is enough to open or link the file. Files in use are not deleted, even if
 * the cache then exceeds its limit.
 */
final class LocalCache {

    private static final Logger log = LoggerFactory.getLogger(LocalCache.class);
    private static final Duration TIME_TO_OPEN = Duration.ofMinutes(1);
    private static final String PART = ".part";

    /** Asks the store for the size of the bytes. */
    interface Size {
        long ask() throws IOException;
    }

    /** Opens a stream that throws before its end if the bytes are altered. */
    interface Source {
        InputStream open() throws IOException;
    }

    private record Entry(Path file, long size, Instant used, boolean linked) {}

    private final Path folder;
    private final long limit;
    private final Disks disks;
    private final Clock clock;
    private final ConcurrentMap<String, CompletableFuture<Path>> fetching = new ConcurrentHashMap<>();

    /**
     * @param limit maximum bytes of all files together
     * @param disks the disks of the service; {@code folder} is on one of them
     */
    LocalCache(Path folder, long limit, Disks disks, Clock clock) {
        this.disks = disks;
        this.folder = folder;
        this.limit = limit;
        this.clock = clock;
    }

    /** Returns the file, and fetches it if it is missing. Concurrent callers share one fetch. */
    Path get(String sha256, Size size, Source source) throws IOException {
        Path file = folder.resolve(sha256);
        if (touch(file)) {
            return file;
        }
        CompletableFuture<Path> mine = new CompletableFuture<>();
        CompletableFuture<Path> others = fetching.putIfAbsent(sha256, mine);
        if (others != null) {
            return await(others, file);
        }
        try {
            if (!touch(file)) { // else it was fetched between the two checks
                fetch(file, size.ask(), source);
            }
            mine.complete(file);
            return file;
        } catch (IOException | RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            fetching.remove(sha256);
        }
    }

    void sweepUnfinished(Instant before) throws IOException {
        for (Path old : FolderStore.olderThan(before, folder)) {
            if (old.toString().endsWith(PART)) {
                Files.deleteIfExists(old);
            }
        }
    }

    private Path await(CompletableFuture<Path> others, Path file) throws IOException {
        try {
            others.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException problem) {
                throw problem;
            }
            throw e;
        }
        touch(file);
        return file;
    }

    private void fetch(Path file, long size, Source source) throws IOException {
        makeRoom(size);
        Path part = folder.resolve(file.getFileName() + "-" + UUID.randomUUID() + PART);
        try (InputStream bytes = source.open();
                FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            bytes.transferTo(disks.guard(Channels.newOutputStream(out), folder));
            out.force(true); // a file with its final name is whole, also after a power failure
            touch(part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Sets the time of the last use to now. Returns false if the file does not exist. */
    private boolean touch(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private synchronized void makeRoom(long wanted) throws IOException {
        List<Entry> entries = FolderStore.files(folder).stream()
                .map(this::entry)
                .sorted(Comparator.comparing(Entry::used))
                .toList();
        long total = entries.stream().mapToLong(Entry::size).sum();
        Instant opened = clock.instant().minus(TIME_TO_OPEN);
        for (Entry entry : entries) {
            boolean inUse = entry.linked() || entry.used().isAfter(opened);
            if ((total + wanted > limit || !disks.have(folder, wanted)) && !inUse) {
                Files.deleteIfExists(entry.file());
                total -= entry.size();
            }
        }
        disks.require(folder, wanted);
        if (total + wanted > limit) {
            log.warn("{}: the files in use take {} bytes, more than the limit of {}", folder, total + wanted, limit);
        }
    }

    private Entry entry(Path file) {
        try {
            return new Entry(
                    file,
                    Files.size(file),
                    Files.getLastModifiedTime(file).toInstant(),
                    (Integer) Files.getAttribute(file, "unix:nlink") > 1);
        } catch (IOException | UnsupportedOperationException e) {
            return new Entry(file, 0, Instant.MAX, true); // deleted meanwhile
        }
    }
}
