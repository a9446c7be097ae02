package io.attune.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryLimitTest {

    private static final long GIB = 1L << 30;

    @ParameterizedTest
    @CsvSource({"1g, 1073741824", "512m, 536870912", "800M, 838860800", "65536k, 67108864", "2147483, 2147483"})
    void theHeapComesOnTopOfWhatATrainerMayTake(String heap, long bytes) {
        long none = MemoryLimit.ofText(heap("0")).bytes();
        assertThat(MemoryLimit.ofText(heap(heap)).bytes() - none).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1 g", "1gb", "-1g", "all"})
    void aHeapThatIsNoSizeIsRefusedByTheSettingsName(String heap) {
        assertThatThrownBy(() -> heap(heap))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ATTUNE_TRAINER_HEAP");
    }

    /** Measured trainings took 15 % more than was estimated at the most. */
    @Test
    void aTrainingMayTakeHalfMoreThanWasEstimatedAndAtLeastTwoGibibytesMore() {
        HeapSize heap = heap("1g");
        long text = MemoryLimit.ofText(heap).bytes();
        assertThat(text).isGreaterThan(3 * GIB);
        assertThat(MemoryLimit.ofEstimate(GIB, heap).bytes() - text).isEqualTo(GIB);
        assertThat(MemoryLimit.ofEstimate(40 * GIB, heap).bytes() - text).isEqualTo(58 * GIB);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLowerLimitThatIsThereStays() throws Exception {
        String set = new MemoryLimit(GIB).shell() + "ulimit -d";
        assertThat(said(set)).isEqualTo("1048576");
        assertThat(said("ulimit -d 1000; " + set)).isEqualTo("1000");
        assertThat(said("ulimit -d 2000000; " + set)).isEqualTo("1048576");
        assertThat(said("ulimit -d 3000; " + MemoryLimit.NONE.shell() + "ulimit -d"))
                .isEqualTo("3000");
    }

    private static String said(String script) throws IOException {
        Process shell = new ProcessBuilder("/bin/sh", "-c", script)
                .redirectErrorStream(true)
                .start();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static HeapSize heap(String value) {
        return HeapSize.ofSetting("ATTUNE_TRAINER_HEAP", value);
    }
}
