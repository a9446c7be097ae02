package io.attune.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OwnMemoryTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void theServicesMemoryAndEnvironmentAreClosedToTrainersOfTheSameUser(@TempDir Path folder) {
        OwnMemory.close(folder);

        assertThat(OwnMemory.isClosed()).isTrue();
    }
}
