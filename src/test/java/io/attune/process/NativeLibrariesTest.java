package io.attune.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.disk.Disks;
import io.attune.disk.NoSpaceException;
import io.attune.disk.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {

    @TempDir
    private Path folder;

    @Test
    void theyAreUnpackedOnceAndFoundByTheNextService() throws Exception {
        new NativeLibraries(command(), Room.ample()).require();
        assertThat(libraries())
                .anyMatch(name -> name.startsWith("libtorch"))
                .anyMatch(name -> name.contains("tokenizers"));

        FileTime unpacked = Files.getLastModifiedTime(folder.resolve("unpacked"));
        // there would be no room for them a second time
        new NativeLibraries(command(), new Disks(List.of(), 0, place -> 0)).require();
        assertThat(Files.getLastModifiedTime(folder.resolve("unpacked"))).isEqualTo(unpacked);
    }

    @Test
    void aDiskThatHasNoRoomForThemIsNamedBeforeAnythingIsWritten() throws Exception {
        Disks disks = new Disks(List.of(), 0, place -> 100_000_000);

        assertThatThrownBy(() -> new NativeLibraries(command(), disks).require())
                .isInstanceOf(NoSpaceException.class)
                .hasMessageContaining("The disk of " + folder + " is full: 100.0 MB are free");
        assertThat(libraries()).isEmpty();
        assertThat(folder.resolve("unpacked")).doesNotExist();
    }

    private NativeCommand command() {
        return new NativeCommand(JavaProgram.ofThisOne("Unused"), HeapSize.ofMebibytes(1024), folder, Seclusion.NONE);
    }

    private List<String> libraries() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(".so") || name.endsWith(".dylib"))
                    .toList();
        }
    }
}
