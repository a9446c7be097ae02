package io.attune.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attune.disk.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LeftoverTrainersTest {

    @TempDir
    Path attempts;

    private Process process;

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder("sleep", "1000").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void aStartingWorkerKillsTheTrainerThatWasLeftAndSweepsItsFolder() throws Exception {
        Path folder = Files.createDirectories(attempts.resolve("ftjob-1-1"));
        Files.createDirectories(folder.resolve("output/checkpoints"));
        Files.writeString(folder.resolve("output/checkpoints/weights"), "x");
        ProcessMark.of(process.toHandle()).write(folder);

        new WorkFolders(attempts, Room.ample()).sweepLeftovers();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(folder).doesNotExist();
    }

    @Test
    void aProcessThatGotTheIdOfADeadTrainerIsLeftAlone() throws Exception {
        Path folder = Files.createDirectories(attempts.resolve("ftjob-1-1"));
        ProcessMark mark = ProcessMark.of(process.toHandle());
        new ProcessMark(mark.pid(), mark.started() - 60_000).write(folder);

        new WorkFolders(attempts, Room.ample()).sweepLeftovers();

        assertThat(process.isAlive()).isTrue();
        assertThat(folder).doesNotExist();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aTrainerThatIsDeadButStillListedIsNotWaitedFor() throws Exception {
        // the shell becomes a program that never asks how its child ended
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0 & echo $!; exec sleep 1000").start();
        try (var said = parent.inputReader()) {
            long pid = Long.parseLong(said.readLine());
            Path stat = Path.of("/proc/" + pid + "/stat");
            await().until(() -> Files.readString(stat).contains(") Z"));
            Path folder = Files.createDirectories(attempts.resolve("ftjob-1-1"));
            ProcessMark.of(ProcessHandle.of(pid).orElseThrow()).write(folder);

            new WorkFolders(attempts, Room.ample()).sweepLeftovers();

            assertThat(folder).doesNotExist();
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void aMarkThatWasNotWrittenToItsEndHarmsNobody() throws Exception {
        Path folder = Files.createDirectories(attempts.resolve("ftjob-1-1"));
        Files.writeString(folder.resolve("process.pid"), String.valueOf(process.pid()));

        new WorkFolders(attempts, Room.ample()).sweepLeftovers();

        assertThat(process.isAlive()).isTrue();
        assertThat(folder).doesNotExist();
    }

    @Test
    void sweepingDoesNotFollowLinks() throws Exception {
        Path precious = Files.writeString(Files.createTempFile("precious", ".txt"), "x");
        Path folder = Files.createDirectories(attempts.resolve("ftjob-1-1"));
        Files.createSymbolicLink(folder.resolve("link"), precious);

        new WorkFolders(attempts, Room.ample()).sweepLeftovers();

        assertThat(precious).exists();
        Files.delete(precious);
    }
}
