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
 * The disks that the service writes to. What is large is refused while there is still a reserve, which the database needs to go on: a PostgreSQL
 * that cannot write its log ends.
 */
public final class Disks {

    /** So many bytes are written between two looks at the disk. */
    private static final long STEP = 1L << 20;

    /** Tells how many bytes are free where a folder lies. */
    public interface Free {
        long bytes(Path folder) throws IOException;
    }

    private final List<Path> folders;
    private final long reserve;
    private final Free free;

    /**
     * @param folders that are written to
     * @param reserve bytes that are to stay free on each disk
     */
    public Disks(List<Path> folders, long reserve) {
        this(folders, reserve, Disks::ofTheSystem);
    }

    public Disks(List<Path> folders, long reserve, Free free) {
        this.folders = List.copyOf(folders);
        this.reserve = reserve;
        this.free = free;
    }

    /** Whether {@code wanted} bytes fit where the folder lies, and the reserve beside them. */
    public boolean have(Path folder, long wanted) {
        return bytes(folder) - reserve >= wanted;
    }

    /** @throws NoSpaceException unless they {@link #have} so much */
    public void require(Path folder, long wanted) throws NoSpaceException {
        if (!have(folder, wanted)) {
            throw NoSpaceException.in(folder, bytes(folder), reserve + wanted);
        }
    }

    /** The fullest disk, if it has less than the reserve. */
    public Optional<NoSpaceException> shortage() {
        return folders.stream()
                .min(Comparator.comparingLong(this::bytes))
                .filter(folder -> bytes(folder) < reserve)
                .map(folder -> NoSpaceException.in(folder, bytes(folder), reserve));
    }

    /** The same stream, which is refused before it has filled the folder's disk. */
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
            return Long.MAX_VALUE; // whoever writes there is told what is wrong with it
        }
    }

    /**
     * Asks the file system itself: Java's {@code FileStore} looks in the table of mounts first, where a container's folders may be missing. A size
     * of 0 is that of a folder that is not there, and of some network file systems, which do not know it.
     */
    private static long ofTheSystem(Path folder) {
        File place = folder.toFile();
        return place.getTotalSpace() == 0 ? Long.MAX_VALUE : place.getUsableSpace();
    }
}
