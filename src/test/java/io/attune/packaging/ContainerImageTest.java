package io.attune.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the Dockerfile says, instruction by instruction. No image is built here: {@code tools/images} does that. */
class ContainerImageTest {

    private final Map<String, Stage> stages = new LinkedHashMap<>();

    private record Instruction(String name, String rest) {}

    private record Stage(String from, List<Instruction> instructions) {
        List<String> all(String name) {
            return instructions.stream()
                    .filter(i -> i.name.equals(name))
                    .map(Instruction::rest)
                    .toList();
        }

        Map<String, String> environment() {
            return all("ENV").stream()
                    .flatMap(rest -> List.of(rest.split("\\s+")).stream())
                    .map(pair -> pair.split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        }
    }

    @BeforeEach
    void read() throws IOException {
        String text = Files.readString(Path.of("Dockerfile"))
                .replaceAll("(?m)^\\s*#.*\\R", "")
                .replaceAll("\\\\\\R\\s*", "");
        Stage current = null;
        for (String line :
                text.lines().filter(l -> !l.isBlank()).map(String::strip).toList()) {
            String[] parts = line.split("\\s+", 2);
            if (parts[0].equals("FROM")) {
                String[] from = parts[1].split("\\s+");
                assertThat(from).as("every stage has a name: %s", line).hasSize(3);
                current = new Stage(from[0], new ArrayList<>());
                stages.put(from[2], current);
            } else {
                assertThat(current)
                        .as("instruction before the first FROM: %s", line)
                        .isNotNull();
                current.instructions.add(new Instruction(parts[0], parts[1]));
            }
        }
    }

    @Test
    void theLastStageIsTheCpuImageAndAGpuTargetStandsBesideIt() {
        assertThat(stages.keySet()).containsExactly("build", "torch", "base", "gpu", "cpu");
        assertThat(stages.get("gpu").from()).isEqualTo("base");
        assertThat(stages.get("cpu").from()).isEqualTo("base");
    }

    @Test
    void aBuildFetchesNoImageButThoseItIsMadeOf() throws IOException {
        assertThat(Files.readAllLines(Path.of("Dockerfile")))
                .as("a syntax line would fetch a frontend")
                .noneMatch(line -> line.matches("#\\s*syntax\\s*=.*"));
    }

    @Test
    void theImagesRunOnAGlibcJava17RuntimeWithoutCompiler() {
        assertThat(stages.get("base").from()).contains("17-jre").doesNotContain("alpine");
    }

    @Test
    void theProcessIsNotRootAndMayWriteOnlyItsData() {
        Stage base = stages.get("base");
        assertThat(base.all("USER")).containsExactly("10001:10001");
        assertThat(base.all("VOLUME")).containsExactly("/data");
        assertThat(base.all("RUN"))
                .singleElement()
                .asString()
                .contains(
                        "groupadd --system --gid 10001 attune", "--uid 10001 --gid attune", "chown 10001:10001 /data");
        for (String image : List.of("cpu", "gpu")) {
            assertThat(stages.get(image).all("USER")).as(image).isEmpty();
            assertThat(stages.get(image).all("COPY")).as(image).noneMatch(copy -> copy.contains("--chown"));
        }
    }

    @Test
    void theServiceIsReachableFromOutsideItsContainerAndWatched() {
        Stage base = stages.get("base");
        assertThat(base.environment())
                .containsEntry("SERVER_ADDRESS", "0.0.0.0")
                .containsEntry("ATTUNE_DATA", "/data");
        assertThat(base.all("HEALTHCHECK")).singleElement().asString().contains("/actuator/health/liveness");
        assertThat(base.all("ENTRYPOINT")).containsExactly("[\"/opt/attune/attune\"]");
        assertThat(base.all("CMD")).containsExactly("[\"serve\"]");
    }

    @Test
    void whatChangesRarelyIsInTheLowerLayers() {
        assertThat(stages.get("cpu").all("COPY").stream().map(copy -> copy.substring(copy.lastIndexOf(' ') + 1)))
                .containsExactly("/opt/attune/lib-torch", "/opt/attune/lib", "/opt/attune/attune", "/opt/attune/");
    }

    @Test
    void theGpuImageRunsOnTheLibrariesOfTheTorchPackageOfTheBuild() throws IOException {
        Stage gpu = stages.get("gpu");
        String torch = property("torch.version");
        assertThat(stages.get("torch").all("RUN")).singleElement().asString().contains("torch==" + torch + " ");
        assertThat(gpu.environment())
                .containsEntry("PYTORCH_VERSION", torch)
                .containsEntry("PYTORCH_FLAVOR", "cu128")
                .containsEntry("PYTORCH_LIBRARY_PATH", "/opt/torch/torch/lib");
        assertThat(gpu.environment().get("LD_LIBRARY_PATH").split(":"))
                .startsWith("/opt/torch/torch/lib")
                .contains("/opt/torch/nvidia/cublas/lib", "/opt/torch/nvidia/cudnn/lib", "/opt/torch/nvidia/nccl/lib")
                .doesNotHaveDuplicates();
        assertThat(gpu.all("COPY")).as("no second libtorch").noneMatch(copy -> copy.contains("lib-torch"));
    }

    @Test
    void everyCopiedFileOfTheSourceTreeExistsAndIsNotIgnored() throws IOException {
        List<String> ignored = Files.readAllLines(Path.of(".dockerignore"));
        for (Stage stage : stages.values()) {
            for (String copy : stage.all("COPY")) {
                if (!copy.startsWith("--from")) {
                    String source = copy.split("\\s+")[0];
                    assertThat(Path.of(source)).exists();
                    assertThat(ignored).doesNotContain(source, source.split("/")[0]);
                }
            }
        }
        assertThat(ignored).as("stays out of the build's context").contains("src/test", "target", "data", ".env");
    }

    private static String property(String name) throws IOException {
        var matcher =
                Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<").matcher(Files.readString(Path.of("pom.xml")));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }
}
