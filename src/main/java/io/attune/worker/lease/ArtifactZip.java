package io.attune.worker.lease;

import io.attune.disk.Durable;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import io.attune.storage.Incoming;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A model folder as one zip. Equal folders give equal bytes: the entries are sorted, have a fixed date, and are not
 * compressed. Weights do not shrink, and compressors differ.
 */
public final class ArtifactZip {

    private static final LocalDateTime DATE = LocalDateTime.of(
            1980, 2, 1, 0,
            0); // for the first month of DOS time, Java would add a time stamp in the time zone of the machine

    private ArtifactZip() {}

    /** Puts the zip of {@code folder} into the artifact store. */
    static Blob put(Path folder, BlobStore blobs) throws IOException {
        try (Incoming incoming = blobs.receive()) {
            write(folder, incoming.writing());
            incoming.finish();
            return blobs.register(incoming);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Writes the zip to {@code out}, and closes {@code out}. */
    static void write(Path folder, OutputStream out) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            write(folder, zip);
        }
    }

    private static void write(Path folder, ZipOutputStream zip) throws IOException {
        for (Path file : files(folder)) {
            ZipEntry entry = new ZipEntry(folder.relativize(file).toString().replace('\\', '/'));
            entry.setTimeLocal(DATE);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(Files.size(file));
            entry.setCrc(checksum(file));
            zip.putNextEntry(entry);
            Files.copy(file, zip);
            zip.closeEntry();
        }
    }

    /**
     * Unpacks a zip that {@link #put} made into a new folder.
     *
     * @throws ZipException if the zip is damaged
     */
    public static void unpack(Path zip, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : Collections.list(file.entries())) {
                Path to = folder.resolve(entry.getName()).normalize();
                if (!to.startsWith(folder)) {
                    throw new ZipException("it names a file outside of its folder: " + entry.getName());
                }
                Files.createDirectories(to.getParent());
                try (InputStream in = file.getInputStream(entry)) {
                    Files.copy(in, to);
                }
            }
        }
    }

    /** Forces the files and folders to the disk (fsync). */
    public static void sync(Path folder) throws IOException {
        for (Path file : files(folder)) {
            Durable.sync(file);
        }
        Durable.sync(folder);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted((a, b) -> folder.relativize(a)
                            .toString()
                            .compareTo(folder.relativize(b).toString()))
                    .toList();
        }
    }

    private static long checksum(Path file) throws IOException {
        CRC32 crc = new CRC32();
        try (InputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return crc.getValue();
    }
}
