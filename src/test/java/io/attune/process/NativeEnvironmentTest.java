package io.attune.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NativeEnvironmentTest {

    @Test
    void onlyWhatIsAllowedGetsIntoATrainersEnvironment() {
        Map<String, String> environment = NativeEnvironment.of(
                Map.of(
                        "PATH", "/bin",
                        "PYTORCH_LIBRARY_PATH", "/torch",
                        "CUDA_VISIBLE_DEVICES", "1",
                        "ATTUNE_ADMIN_KEY", "secret",
                        "SPRING_DATASOURCE_PASSWORD", "secret",
                        "AWS_ACCESS_KEY_ID", "secret",
                        "AWS_SECRET_ACCESS_KEY", "secret",
                        "AWS_SESSION_TOKEN", "secret",
                        "JAVA_TOOL_OPTIONS", "-Dsecret",
                        "HOME", "/home/me"),
                Path.of("/work"),
                Path.of("/data/djl"),
                DeviceName.CPU);

        assertThat(environment)
                .containsEntry("PATH", "/bin")
                .containsEntry("PYTORCH_LIBRARY_PATH", "/torch")
                .containsEntry("CUDA_VISIBLE_DEVICES", "1")
                .containsEntry("HOME", "/work")
                .doesNotContainKeys("ATTUNE_ADMIN_KEY", "SPRING_DATASOURCE_PASSWORD", "JAVA_TOOL_OPTIONS")
                .doesNotContainKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");
    }

    @Test
    void aTrainerSeesTheGpuOfItsSlotAloneAndAsTheFirst() {
        assertThat(NativeEnvironment.of(
                        Map.of("CUDA_VISIBLE_DEVICES", "0,1,2"),
                        Path.of("/work"),
                        Path.of("/data/djl"),
                        new DeviceName("cuda:2")))
                .containsEntry("CUDA_VISIBLE_DEVICES", "2")
                .containsEntry("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
        assertThat(new DeviceName("cuda:2").inside()).isEqualTo("cuda:0");
        assertThat(new DeviceName("cpu:1").inside()).isEqualTo("cpu");
    }

    @Test
    void theScriptThatStartsATrainerByItselfSetsTheSameForNativeLibraries() throws IOException {
        String script = Files.readString(Path.of("attune"));

        NativeEnvironment.LIBRARIES.forEach((name, value) ->
                assertThat(script).containsPattern("\\b" + name + "=\"?(\\$\\{" + name + ":-)?" + value + "\\b"));
    }
}
