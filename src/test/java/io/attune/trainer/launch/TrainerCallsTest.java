package io.attune.trainer.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.disk.Room;
import io.attune.process.WorkFolders;
import io.attune.setting.Hyperparameters;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TrainerCallsTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    @TempDir
    Path folders;

    @TempDir
    Path other;

    private TrainerCalls calls;

    @BeforeEach
    void scripted() {
        calls = new TrainerCalls(
                ScriptedTrainer.launcher("24m", other.resolve("djl")), new WorkFolders(folders, Room.ample()));
    }

    @AfterEach
    void nothingIsLeftOver() throws IOException {
        try (Stream<Path> left = Files.list(folders)) {
            assertThat(left).as("work folders").isEmpty();
        }
        assertThat(ProcessHandle.current()
                        .descendants()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains("ScriptedTrainer")))
                .as("trainers")
                .isEmpty();
    }

    @Test
    void theLastWordOfATrainerIsItsAnswer() throws Exception {
        assertThat(call(
                        LONG,
                        "preview say {\"message\": \"alive\"}",
                        "preview say {\"message\": \"previewed\", \"rows\": [], \"has_more\": true}",
                        "preview hang"))
                .isEqualTo(new TrainerMessage.Previewed(List.of(), true));
    }

    @Test
    void aTrainerThatTakesTooLongIsKilled() {
        assertThatThrownBy(() -> call(Duration.ofSeconds(3), "preview say {\"message\": \"alive\"}", "preview hang"))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void aTrainerThatDiesIsNoAnswer() {
        assertThatThrownBy(() -> call(LONG, "preview die 9"))
                .isInstanceOf(TrainerDiedException.class)
                .hasMessage("It ended with exit code 9.");
    }

    @Test
    void aFullHeapIsToldAsOne() throws Exception {
        assertThat(call(LONG, "preview fill-the-heap")).isEqualTo(TrainerMessage.Failed.heapIsFull());
    }

    @Test
    void whatCannotBePreparedStartsNoTrainer() {
        assertThatThrownBy(() -> calls.call(
                        folder -> {
                            throw new IOException("the store is away");
                        },
                        LONG))
                .hasMessage("the store is away");
    }

    private TrainerMessage call(Duration limit, String... script) throws Exception {
        return calls.call(
                folder -> {
                    Path file = Files.write(folder.resolve("rows.jsonl"), List.of(script));
                    return new TrainerSpec.Preview(
                            other,
                            "cpu",
                            1,
                            new TrainerSpec.Data(file, null, TrainerSpec.ChatSettings.NONE),
                            Hyperparameters.AUTO,
                            0,
                            3);
                },
                limit);
    }
}
