package io.attune.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DisksTest {

    private static final long MB = 1_000_000;
    private static final Path DATA = Path.of("/data");
    private static final Path STORE = Path.of("/store");

    @Test
    void theFullestDiskIsNamedWithWhatIsFreeOnIt() {
        Map<Path, Long> free = Map.of(DATA, 63 * MB, STORE, 5 * MB);
        Disks disks = new Disks(List.of(DATA, STORE), 64 * MB, free::get);

        assertThat(disks.shortage())
                .hasValueSatisfying(full -> assertThat(full)
                        .hasMessage("The disk of /store is full: 5.0 MB are free, and 64.0 MB are needed."));
        assertThat(new Disks(List.of(DATA), 63 * MB, free::get).shortage()).isEmpty();
    }

    @Test
    void whatFitsOnlyIntoTheReserveIsRefused() throws NoSpaceException {
        Disks disks = new Disks(List.of(DATA), 64 * MB, folder -> 100 * MB);

        disks.require(DATA, 36 * MB);
        assertThatThrownBy(() -> disks.require(DATA, 36 * MB + 1)).isInstanceOf(NoSpaceException.class);
    }

    @Test
    void writingEndsBeforeTheDiskIsFull() {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        long disk = 60 << 20;
        long reserve = 20 << 20;
        Disks disks = new Disks(List.of(DATA), reserve, folder -> disk - written.size());

        assertThatThrownBy(() -> {
                    OutputStream out = disks.guard(written, DATA);
                    for (int kilobytes = 0; kilobytes < 60 << 10; kilobytes += 64) {
                        out.write(new byte[64 << 10]);
                    }
                })
                .isInstanceOf(NoSpaceException.class);
        assertThat((long) written.size()).isBetween(disk - reserve - (1 << 20), disk - reserve + (1 << 20));
    }

    @Test
    void aFolderThatCannotBeMeasuredIsLeftToWhoeverWritesThere() throws NoSpaceException {
        Disks disks = new Disks(List.of(DATA), MB, folder -> {
            throw new NoSuchFileException(folder.toString());
        });

        disks.require(DATA, MB);
        assertThat(disks.shortage()).isEmpty();
    }

    @Test
    void aRealDiskHasSomeRoomAndNoEndlessOne(@TempDir Path folder) {
        Disks disks = new Disks(List.of(folder), 0);

        assertThat(disks.have(folder, 1)).isTrue();
        assertThat(disks.have(folder, Long.MAX_VALUE)).isFalse();
    }

    @Test
    void aFullDiskIsKnownByTheSystemsWordsAndByTheDatabasesStateHoweverDeep() {
        assertThat(WantOfSpace.isCauseOf(new IllegalStateException(
                        new UncheckedIOException(new FileSystemException("/x", null, "No space left on device")))))
                .isTrue();
        assertThat(WantOfSpace.isCauseOf(new IOException("Disk quota exceeded")))
                .isTrue();
        assertThat(WantOfSpace.isCauseOf(new RuntimeException(new SQLException("kein Platz", "53100"))))
                .isTrue();
        assertThat(WantOfSpace.isCauseOf(new LinkageError("natives", NoSpaceException.in(DATA, 0, 1))))
                .isTrue();
    }

    /** An exception that only quotes a user's text must not count as a full disk. */
    @Test
    void otherTroublesAreNotTakenForAFullDisk() {
        assertThat(WantOfSpace.isCauseOf(new IllegalArgumentException("No space left on device")))
                .isFalse();
        assertThat(WantOfSpace.isCauseOf(new SQLException("No space left on device", "22P02")))
                .isFalse();
        assertThat(WantOfSpace.isCauseOf(new IOException((String) null))).isFalse();
    }
}
