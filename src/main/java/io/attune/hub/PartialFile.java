package io.attune.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * A file during its download, under a name that ends in {@code .part}. The file {@code .part.of} beside it describes
 * the download: the checksum of the whole file, and the ETag of the bytes so far. Bytes of another file are deleted.
 */
final class PartialFile implements AutoCloseable {

    /** The ends of the two files' names. */
    static final String PART = ".part";

    static final String OF = ".part.of";

    private final RepositoryFile file;
    private final Path target;
    private final Path part;
    private final Path of;
    private final FileChannel channel;
    private MessageDigest digest;
    private long length;
    private String etag;

    private PartialFile(RepositoryFile file, Path target, Path part, Path of, FileChannel channel) {
        this.file = file;
        this.target = target;
        this.part = part;
        this.of = of;
        this.channel = channel;
    }

    static PartialFile open(RepositoryFile file, Path folder) throws IOException {
        Path target = folder.resolve(file.path());
        Path part = part(target);
        Path of = target.resolveSibling(target.getFileName() + OF);
        Files.createDirectories(target.getParent());
        FileChannel channel =
                FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        PartialFile partial = new PartialFile(file, target, part, of, channel);
        try {
            partial.takeOver();
            return partial;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The number of bytes of a file in the folder, whether the file is complete or not. */
    static long present(RepositoryFile file, Path folder) throws IOException {
        Path target = folder.resolve(file.path());
        Path found = Files.exists(target) ? target : part(target);
        return Files.exists(found) ? Math.min(Files.size(found), file.size()) : 0;
    }

    private static Path part(Path target) {
        return target.resolveSibling(target.getFileName() + PART);
    }

    private void takeOver() throws IOException {
        String[] known = Files.isRegularFile(of) ? Files.readString(of).split("\n", -1) : new String[0];
        if (known.length != 2 || !known[0].equals(file.checksum().hex()) || channel.size() > file.size()) {
            restart("");
            return;
        }
        etag = known[1];
        digest = file.checksum().read(channel, file.size());
        length = channel.position();
    }

    /** The number of bytes so far. */
    long length() {
        return length;
    }

    boolean isComplete() {
        return length == file.size();
    }

    /** The ETag of the bytes so far. Empty if the server gave no strong ETag. */
    String etag() {
        return etag;
    }

    /**
     * Deletes the bytes so far.
     *
     * @param etag of the bytes that come next
     */
    void restart(String etag) {
        try {
            channel.truncate(0);
            channel.position(0);
            Files.writeString(of, file.checksum().hex() + "\n" + etag);
        } catch (IOException e) {
            throw notWritten(e);
        }
        this.etag = etag;
        digest = file.checksum().start(file.size());
        length = 0;
    }

    /** @throws IOException if the file becomes longer than its size on the Hub */
    void append(ByteBuffer bytes) throws IOException {
        if (length + bytes.remaining() > file.size()) {
            throw new IOException("more bytes come than the " + file.size() + " that the Hub lists");
        }
        digest.update(bytes.duplicate());
        length += bytes.remaining();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw notWritten(e);
        }
    }

    /** Reports an error of the disk. Another request to the Hub would not help. */
    private HubException notWritten(IOException e) {
        return new HubException(
                part + " cannot be written: " + e.getMessage()
                        + "; correct this and repeat the command, which goes on with it",
                e);
    }

    /** Gives the file its final name if its bytes fit the Hub's checksum. Otherwise gives false. */
    boolean finish() throws IOException {
        if (!isComplete() || !file.checksum().is(digest)) {
            return false;
        }
        channel.close();
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(of);
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
