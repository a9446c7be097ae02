package io.attune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerPartsTest {

    @Test
    void silence_is_ten_median_steps_but_not_less_than_the_shortest() {
        StepTimes times = new StepTimes();
        assertThat(times.longestSilence(Duration.ofMinutes(10))).isEqualTo(Duration.ofMinutes(10));
        for (double seconds : new double[] {100, 120, 9000}) {
            times.add(seconds);
        }
        assertThat(times.longestSilence(Duration.ofMinutes(10))).isEqualTo(Duration.ofSeconds(1200));
    }

    @Test
    void only_what_is_allowed_gets_into_a_trainers_environment() {
        var command = new TrainerCommand(Path.of("/java"), "cp", "Main", "1g", Path.of("/data/djl"));

        Map<String, String> environment = command.environment(
                Map.of(
                        "PATH", "/bin",
                        "PYTORCH_LIBRARY_PATH", "/torch",
                        "CUDA_VISIBLE_DEVICES", "1",
                        "ATTUNE_ADMIN_KEY", "secret",
                        "SPRING_DATASOURCE_PASSWORD", "secret",
                        "JAVA_TOOL_OPTIONS", "-Dsecret",
                        "HOME", "/home/me"),
                Path.of("/work"));

        assertThat(environment)
                .containsEntry("PATH", "/bin")
                .containsEntry("PYTORCH_LIBRARY_PATH", "/torch")
                .containsEntry("CUDA_VISIBLE_DEVICES", "1")
                .containsEntry("HOME", "/work")
                .doesNotContainKeys("ATTUNE_ADMIN_KEY", "SPRING_DATASOURCE_PASSWORD", "JAVA_TOOL_OPTIONS");
    }
}
