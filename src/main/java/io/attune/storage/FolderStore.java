package io.attune.storage;

import io.attune.disk.Durable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An artifact store in a folder of this machine, for one service or for several. */
final class FolderStore implements ArtifactStore {

    /** Name of the marker, in a folder and under a bucket's prefix. */
    static final String MARKER = "store-id";

    private final Path blobs;
    private final Path incoming;

    /** @param incoming in the same file system as {@code blobs}, so that a rename moves bytes there */
    FolderStore(Path blobs, Path incoming) {
        this.blobs = blobs;
        this.incoming = incoming;
    }

    /**
     * Opens the store in a folder: {@code blobs}, {@code incoming} and the marker, {@value #MARKER}. Creates
     * missing folders.
     */
    static FolderStore in(Path folder) {
        return new FolderStore(
                DataFolder.writable(folder.resolve("blobs")), DataFolder.writable(folder.resolve("incoming")));
    }

    @Override
    public String toString() {
        return blobs.getParent().toString();
    }

    @Override
    public Path incoming() {
        return incoming;
    }

    @Override
    public void prepare(Blob blob, Path file) {}

    @Override
    public void keep(Blob blob, Path file) throws IOException {
        requireThere();
        Path place = place(blob.sha256());
        boolean newFolder = !Files.isDirectory(place.getParent());
        Files.createDirectories(place.getParent());
        Files.move(file, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Durable.sync(place.getParent());
        if (newFolder) {
            Durable.sync(blobs);
        }
    }

    @Override
    public InputStream open(String sha256, long offset) throws IOException {
        requireThere();
        SeekableByteChannel channel = Files.newByteChannel(place(sha256));
        try {
            InputStream bytes = Channels.newInputStream(channel.position(offset));
            return offset == 0 ? new VerifiedStream(bytes, new Blob(sha256, channel.size())) : bytes;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public long size(String sha256) throws IOException {
        requireThere();
        return Files.size(place(sha256));
    }

    @Override
    public Path local(String sha256) throws IOException {
        try (InputStream bytes = open(sha256, 0)) {
            bytes.transferTo(OutputStream.nullOutputStream());
        }
        return place(sha256);
    }

    @Override
    public void delete(String sha256) throws IOException {
        requireThere();
        Files.deleteIfExists(place(sha256));
    }

    @Override
    public List<String> keptBefore(Instant time) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path shelf : children(blobs)) {
            olderThan(time, shelf).forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }

    @Override
    public Optional<String> marker() throws IOException {
        requireThere();
        try {
            return Optional.of(Files.readString(blobs.resolveSibling(MARKER)).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void mark(String id) throws IOException {
        requireThere();
        Path unfinished = incoming.resolve(MARKER);
        Files.writeString(
                unfinished, id + "\n", StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Files.move(unfinished, blobs.resolveSibling(MARKER), StandardCopyOption.ATOMIC_MOVE);
        Durable.sync(blobs.getParent());
    }

    @Override
    public void sweepUnfinished(Instant before) throws IOException {
        deleteOlderThan(before, incoming);
    }

    /** Checks that the folder exists. A folder of a mount or of another machine can disappear and come back. */
    private void requireThere() throws StoreUnavailableException {
        if (!Files.isDirectory(blobs)) {
            throw new StoreUnavailableException("the artifact store's folder is not there: " + blobs, null);
        }
    }

    private Path place(String sha256) {
        return blobs.resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    static void deleteOlderThan(Instant time, Path folder) throws IOException {
        for (Path file : olderThan(time, folder)) {
            Files.deleteIfExists(file);
        }
    }

    /** Returns the files in a folder that were last written before a time. */
    static List<Path> olderThan(Instant time, Path folder) throws IOException {
        List<Path> old = new ArrayList<>();
        for (Path file : files(folder)) {
            try {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(time)) {
                    old.add(file);
                }
            } catch (NoSuchFileException e) {
                // deleted meanwhile
            }
        }
        return old;
    }

    static List<Path> files(Path folder) throws IOException {
        return children(folder).stream().filter(Files::isRegularFile).toList();
    }

    private static List<Path> children(Path folder) throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            List<Path> list = new ArrayList<>();
            children.forEach(list::add);
            return list;
        }
    }
}
