package io.attune.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.api.ApiException;
import io.attune.catalog.BaseModel;
import io.attune.disk.Room;
import io.attune.job.api.PreviewRequest;
import io.attune.process.HeapSize;
import io.attune.process.NativeCommand;
import io.attune.process.Seclusion;
import io.attune.setting.Hyperparameters;
import io.attune.storage.DataFolder;
import io.attune.trainer.launch.TrainerProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreviewsTest {

    @TempDir
    Path folder;

    @Test
    void aProcessThatMayMakeNoPreviewsSaysSoAndWhatToDo() throws IOException {
        var model = new BaseModel("tiny", null, folder, Instant.EPOCH);
        var asked = new PreviewRequest(model, "file-1", "a".repeat(64), Hyperparameters.AUTO, Map.of(), 0, 3);

        assertThatThrownBy(() -> previews("0").of(asked))
                .isInstanceOfSatisfying(ApiException.class, refused -> {
                    assertThat(refused.status()).isEqualTo(400);
                    assertThat(refused.isFinalAnswer()).isTrue();
                })
                .hasMessageContainingAll("ATTUNE_PREVIEWS is 0", "./attune preview");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "some", "1.5", "10000"})
    void aSettingThatIsNoNumberIsRefusedByName(String setting) {
        assertThatThrownBy(() -> previews(setting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("ATTUNE_PREVIEWS", "'" + setting + "'");
    }

    private Previews previews(String most) throws IOException {
        DataFolder data = new DataFolder(folder);
        NativeCommand command =
                new NativeCommand(TrainerProcesses.program(), HeapSize.ofMebibytes(1024), data.djl(), Seclusion.NONE);
        return new PreviewConfiguration().previews(most, command, data, null, Room.ample());
    }
}
