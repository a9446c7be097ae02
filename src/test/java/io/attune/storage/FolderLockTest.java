package io.attune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.AttuneApplication;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

    @TempDir
    private Path data;

    @Test
    void aFolderHasOneOwnerAtATime() throws Exception {
        DataFolder folder = new DataFolder(data);
        try (FolderLock lock = new FolderLock(folder)) {
            assertThatThrownBy(() -> new FolderLock(folder))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(data.toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        new FolderLock(folder).close();
    }

    @Test
    void aSecondServiceOnTheSameFolderEndsWithAClearSentence() throws Exception {
        try (FolderLock lock = new FolderLock(new DataFolder(data))) {
            ProcessBuilder second = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            AttuneApplication.class.getName(),
                            "--server.port=0")
                    .redirectErrorStream(true);
            second.environment().put("ATTUNE_DATA", data.toString());
            Process process = second.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
            assertThat(output)
                    .contains("The data folder " + data + " is in use by another Attune service")
                    .contains("ATTUNE_DATA")
                    .doesNotContain("\tat ");
            assertThat(new File(data.toFile(), "postgres")).doesNotExist();
        }
    }
}
