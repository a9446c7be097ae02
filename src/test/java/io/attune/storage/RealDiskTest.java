package io.attune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.chaos.SmallDisk;
import io.attune.disk.Disks;
import io.attune.disk.NoSpaceException;
import io.attune.disk.WantOfSpace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The errors of a real file system that is full, or mounted read-only. */
@EnabledIf(value = "io.attune.chaos.SmallDisk#possible", disabledReason = "no file system may be mounted here")
class RealDiskTest {

    private static final int MEGABYTES = 16;

    @TempDir
    private Path temporary;

    private SmallDisk disk;

    @BeforeEach
    void mount() throws IOException {
        disk = SmallDisk.on(temporary.resolve("small"), MEGABYTES);
    }

    @AfterEach
    void unmount() throws IOException {
        disk.close();
    }

    @Test
    void aFullDiskIsMeasuredAndWhatItSaysIsUnderstood() throws IOException {
        Path folder = disk.seen();
        Disks disks = new Disks(List.of(temporary, folder), 1 << 20);
        assertThat(disks.have(folder, 8 << 20)).isTrue();
        disk.fill();

        assertThat(disks.shortage())
                .hasValueSatisfying(full ->
                        assertThat(full).hasMessageContaining("The disk of " + folder + " is full: 0.0 MB are free"));
        assertThatThrownBy(() -> Files.write(folder.resolve("more"), new byte[1 << 20]))
                .satisfies(said -> assertThat(WantOfSpace.isCauseOf(said)).isTrue());

        disk.empty();
        assertThat(disks.shortage()).isEmpty();
    }

    @Test
    void bytesThatComeInStopBeforeTheDiskIsFull() throws IOException {
        Path folder = disk.seen();
        Disks disks = new Disks(List.of(folder), 6 << 20);
        FolderStore store = FolderStore.in(folder);
        try (Incoming incoming = new Incoming(store, store.incoming().resolve("large"), disks)) {
            OutputStream out = incoming.writing();
            assertThatThrownBy(() -> {
                        while (true) {
                            out.write(new byte[1 << 16]);
                        }
                    })
                    .isInstanceOf(NoSpaceException.class);
        }
        assertThat(disks.have(folder, 9 << 20)).as("nothing is left of it").isTrue();
    }

    @Test
    void aFolderThatCannotBeWrittenToIsNamedWithTheWayOut() throws Exception {
        Path folder = disk.seen();
        DataFolder data = new DataFolder(folder);
        data.requireWritable();
        disk.makeReadOnly();

        assertThatThrownBy(data::requireWritable)
                .isInstanceOf(StorageException.class)
                .hasMessage("Attune cannot write to the folder " + folder
                        + ": it is read-only, or belongs to another user.")
                .extracting(refusal -> ((StorageException) refusal).wayOut())
                .asString()
                .contains("ATTUNE_DATA");
        assertThatThrownBy(() -> FolderStore.in(folder))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Attune cannot write to the folder " + folder + "/blobs: Read-only file system.");
    }
}
