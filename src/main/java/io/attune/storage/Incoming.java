package io.attune.storage;

import io.attune.checksum.Digests;
import io.attune.disk.Disks;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Set;

/**
 * Bytes before they are in the store. They are written to this machine's disk and hashed as they arrive, with the
 * memory of one buffer. {@link #finish} makes them durable. {@link BlobStore#register} then stores them quickly, so
 * no transaction waits for a large file. {@link #close} deletes bytes that were not registered.
 */
public final class Incoming implements Closeable {

    private static final int BUFFER = 1 << 16;

    private final ArtifactStore store;
    private final Path path;
    private final FileChannel channel;
    private final MessageDigest digest = Digests.sha256();
    private final OutputStream out;
    private long size;
    private Blob blob;

    /**
     * @param path a file that does not exist yet
     * @param disks the disks of the service; {@code path} is on one of them
     * @throws io.attune.disk.NoSpaceException if that disk is too full; later writes throw it too
     */
    Incoming(ArtifactStore store, Path path, Disks disks) throws IOException {
        disks.require(path.getParent(), 0);
        this.store = store;
        this.path = path;
        this.channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        OutputStream file = disks.guard(Channels.newOutputStream(channel), path.getParent());
        this.out = new BufferedOutputStream(new DigestOutputStream(file, digest), BUFFER);
    }

    /** Returns a stream with the bytes of {@code in} that also stores all bytes that are read. */
    public InputStream keeping(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int next = super.read();
                if (next >= 0) {
                    out.write(next);
                    size++;
                }
                return next;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                if (count > 0) {
                    out.write(target, offset, count);
                    size += count;
                }
                return count;
            }

            /** Reads instead of skipping, because skipped bytes have to be stored too. */
            @Override
            public long skip(long count) throws IOException {
                byte[] passed = new byte[(int) Math.min(BUFFER, Math.max(count, 0))];
                return Math.max(read(passed, 0, passed.length), 0);
            }

            @Override
            public boolean markSupported() {
                return false;
            }
        };
    }

    /**
     * Opens all bytes so far from their beginning, before or after {@link #finish}; the caller closes the stream.
     */
    public InputStream kept() throws IOException {
        out.flush();
        return Files.newInputStream(path);
    }

    /** Returns a stream that stores all written bytes. Closing it has no effect. */
    public OutputStream writing() {
        return new OutputStream() {
            @Override
            public void write(int next) throws IOException {
                out.write(next);
                size++;
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                out.write(source, offset, length);
                size += length;
            }
        };
    }

    /**
     * Ends the input. The bytes are then durable, and have a checksum. Takes as long as the transfer to the store.
     *
     * @throws StoreUnavailableException while the store is unavailable
     */
    public Blob finish() throws IOException {
        out.flush();
        channel.force(true);
        channel.close();
        Blob finished = new Blob(Digests.hex(digest), size);
        store.prepare(finished, path);
        blob = finished;
        return blob;
    }

    /** Returns the result of {@link #finish}. */
    public Blob blob() {
        if (blob == null) {
            throw new IllegalStateException("the bytes are not finished: " + path);
        }
        return blob;
    }

    /** The file of the bytes before they are registered. */
    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
