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
 * Bytes on their way into the store: written to this machine's disk and hashed as they come, whatever their number, with a buffer's worth of memory.
 * {@link #finish} makes them durable; then {@link BlobStore#register} takes them over in no time, so that no transaction waits for a large file.
 * Closing deletes what was not taken over.
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
     * @param path of a file that is not there yet
     * @param disks of which it lies on one
     * @throws io.attune.disk.NoSpaceException when that is too full, as writing does once it is
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

    /** The same bytes as {@code in} has; those that are read are kept. */
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

            /** Reads, since what is passed over is to be kept too. */
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

    /** All bytes that have come so far, from their beginning, before or after {@link #finish}; the caller closes the stream. */
    public InputStream kept() throws IOException {
        out.flush();
        return Files.newInputStream(path);
    }

    /** Takes the bytes that are written to it; closing it ends nothing. */
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
     * All bytes have come: from here on they are durable, and have a name. It takes as long as sending them to the store does.
     *
     * @throws StoreUnavailableException while the store is away
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

    /** What {@link #finish} gave. */
    public Blob blob() {
        if (blob == null) {
            throw new IllegalStateException("the bytes are not finished: " + path);
        }
        return blob;
    }

    /** Where they lie until they are registered. */
    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
