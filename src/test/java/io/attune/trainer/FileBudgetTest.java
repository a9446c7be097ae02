package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.dataset.SeenRows;
import io.attune.format.ModelConfig;
import io.attune.setting.Hyperparameters;
import io.attune.text.Allowance;
import io.attune.text.TinyModel;
import io.attune.trainer.message.TrainerSpec.ChatSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBudgetTest {

    private static final String ROW = "{\"messages\": [{\"role\": \"user\", \"content\": \"%s\"},"
            + " {\"role\": \"assistant\", \"content\": \"Ho\"}]}\n";

    @TempDir
    Path folder;

    @Test
    void workIsAllowedByTheSizeOfTheFile() {
        FileBudget small = FileBudget.ofWork(1000);
        FileBudget large = FileBudget.ofWork(1_000_000);

        assertThat(small.isSpent(Allowance.ofFile(1000))).isFalse();
        assertThat(small.isSpent(Allowance.ofFile(1000) + 1)).isTrue();
        assertThat(large.isSpent(Allowance.ofFile(1000) + 1)).isFalse();
    }

    @Test
    void aFileThatTakesTooLongIsNotReadOnAndTheFindingSaysWhereAndWhatToDo() throws IOException {
        AtomicLong nanos = new AtomicLong();
        FileBudget budget = FileBudget.ofWorkAndTime(300, () -> nanos.getAndAdd(100_000_000_000L));

        TokenisedFile read = read(budget, ROW.formatted("a") + ROW.formatted("b") + ROW.formatted("c") + "x\n");

        assertThat(read.rows()).hasSize(1);
        assertThat(read.report().findings()).hasSize(2);
        assertThat(read.report().findings().get(0).line()).isEqualTo(1);
        assertThat(read.report().findings().get(0).problem())
                .contains("more work", "were not looked at", "Split conversations of many turns into several rows");
        assertThat(read.report().findings().get(1).problem()).contains("not JSON");
    }

    @Test
    void aTrainingReadsTheSameRowsHoweverSlowTheMachineIs() throws IOException {
        TokenisedFile read = read(FileBudget.ofWork(300), ROW.formatted("a") + ROW.formatted("b"));

        assertThat(read.report().findings()).isEmpty();
        assertThat(read.rows()).hasSize(2);
    }

    private TokenisedFile read(FileBudget budget, String file) throws IOException {
        TinyModel.write(folder, TinyModel.TURNS, TinyModel.Prefix.NONE);
        ChatSettings chat = new ChatSettings(Map.of(), TinyModel.NOW);
        try (ModelText text = ModelText.open(folder, ModelConfig.read(folder), chat)) {
            return TokenisedFile.read(
                    new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)),
                    text,
                    Hyperparameters.AUTO
                            .with(Hyperparameters.MAX_LENGTH, 1000)
                            .with(Hyperparameters.OVERLONG_ROWS, "fail"),
                    new SeenRows(),
                    budget,
                    new Heartbeat(message -> {}));
        }
    }
}
