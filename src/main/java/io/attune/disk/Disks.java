package io.attune.disk;

import java.io.File;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Watches the free space of the disks that the service writes to. A reserve on each disk stays free for the database:
 * PostgreSQL stops if it cannot write its log. Large writes are refused before they use the reserve.
 */
public final class Disks {

    /** The number of bytes between two checks of the disk. */
    private static final long STEP = 1L << 20;

    /** Gives the number of free bytes on the disk of a folder. */
    public interface Free {
        long bytes(Path folder) throws IOException;
    }

    private final List<Path> folders;
    private final long reserve;
    private final Free free;

    /**
     * @param folders the folders that the service writes to
     * @param reserve the bytes that must stay free on each disk
     */
    public Disks(List<Path> folders, long reserve) {
        this(folders, reserve, Disks::ofTheSystem);
    }

    public Disks(List<Path> folders, long reserve, Free free) {
        this.folders = List.copyOf(folders);
        this.reserve = reserve;
        this.free = free;
    }

    /** Whether {@code wanted} bytes fit on the folder's disk without using the reserve. */
    public boolean have(Path folder, long wanted) {
        return bytes(folder) - reserve >= wanted;
    }

    /**
     * Requires that {@code wanted} bytes fit on the folder's disk.
     *
     * @throws NoSpaceException if they do not fit; see {@link #have}
     */
    public void require(Path folder, long wanted) throws NoSpaceException {
        if (!have(folder, wanted)) {
            throw NoSpaceException.in(folder, bytes(folder), reserve + wanted);
        }
    }

    /** The fullest disk, if it has fewer free bytes than the reserve. */
    public Optional<NoSpaceException> shortage() {
        return folders.stream()
                .min(Comparator.comparingLong(this::bytes))
                .filter(folder -> bytes(folder) < reserve)
                .map(folder -> NoSpaceException.in(folder, bytes(folder), reserve));
    }

    /** Wraps a stream. The wrapper throws {@link NoSpaceException} before its writes fill the folder's disk. */
    public OutputStream guard(OutputStream out, Path folder) {
        return new FilterOutputStream(out) {
            private long unseen = STEP;

            @Override
            public void write(int next) throws IOException {
                look(1);
                out.write(next);
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                look(length);
                out.write(source, offset, length);
            }

            private void look(int length) throws NoSpaceException {
                unseen += length;
                if (unseen >= STEP) {
                    require(folder, length);
                    unseen = 0;
                }
            }
        };
    }

    private long bytes(Path folder) {
        try {
            return free.bytes(folder);
        } catch (IOException e) {
            return Long.MAX_VALUE; // a write to this folder will report the error
        }
    }

    /**
     * The usable bytes on the disk of a folder, from the file system itself. Java's {@code FileStore} first looks in
     * the table of mounts, where a container's folders may be missing. A total of 0 means that the folder is missing,
     * or that a network file system does not know its size. Such a disk counts as free.
     */
    private static long ofTheSystem(Path folder) {
        File place = folder.toFile();
        return place.getTotalSpace() == 0 ? Long.MAX_VALUE : place.getUsableSpace();
    }
}
