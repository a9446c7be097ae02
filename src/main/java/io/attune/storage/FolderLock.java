package io.attune.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/**
 * The lock of a data folder. The service that owns the folder holds it from start to end. The system releases it
 * when the process dies in any way.
 */
public final class FolderLock implements AutoCloseable {

    private final FileChannel channel;

    /** @throws StorageException if another service holds the folder */
    public FolderLock(DataFolder folder) {
        try {
            channel = FileChannel.open(
                    folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!tryLock()) {
                String owner = Files.readString(folder.lock()).strip();
                channel.close();
                throw new StorageException(
                        "The data folder " + folder.root() + " is in use by another Attune service"
                                + (owner.isEmpty() ? "" : " (process " + owner + ")") + ".",
                        "Stop that service first, or give this one a folder of its own with ATTUNE_DATA.");
            }
            channel.truncate(0);
            String pid = ProcessHandle.current().pid() + "\n";
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + folder.lock(), e);
        }
    }

    private boolean tryLock() throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held in this same process
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
