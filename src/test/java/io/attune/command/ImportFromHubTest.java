package io.attune.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.format.ModelManifest;
import io.attune.format.Safetensors;
import io.attune.format.Safetensors.Tensor;
import io.attune.format.SafetensorsWriter;
import io.attune.hub.TestHub;
import io.attune.text.TinyModel;
import io.attune.text.TinyModel.Prefix;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code attune import OWNER/NAME} makes a base model of what a Hub serves. */
class ImportFromHubTest {

    private record Result(int exit, String out, String err) {}

    @TempDir
    Path folder;

    private TestHub hub;
    private Path source;

    @BeforeEach
    void serveAModel() throws IOException {
        source = TinyModel.write(folder.resolve("source"), TinyModel.TURNS, Prefix.NONE);
        hub = new TestHub("maker/Tiny-1");
    }

    @AfterEach
    void stopServing() {
        hub.close();
    }

    @Test
    void aModelOfTheHubIsImportedUnderItsIdWithItsCommit() throws IOException {
        hub.withFolder(source);
        Result result = succeeds("maker/Tiny-1");

        ModelManifest manifest = ModelManifest.read(model("maker--Tiny-1"));
        assertThat(manifest.name()).isEqualTo("maker/Tiny-1");
        assertThat(manifest.hubId()).isEqualTo("maker/Tiny-1");
        assertThat(manifest.source()).isEqualTo("maker/Tiny-1");
        assertThat(manifest.hubCommit()).isEqualTo(TestHub.COMMIT);
        assertThat(result.out)
                .contains("Imported maker/Tiny-1:", "from commit " + TestHub.COMMIT + " of the Hub")
                .contains("model.safetensors")
                .containsPattern("two turns +yes\n");
        assertThat(model("maker--Tiny-1/model.safetensors"))
                .hasSameBinaryContentAs(source.resolve("model.safetensors"));
        assertThat(data().resolve("downloads")).as("what was fetched").isEmptyDirectory();
    }

    @Test
    void aModelInShardsIsImportedUnderAnotherName() throws IOException {
        shard();
        hub.withFolder(source);
        succeeds("maker/Tiny-1", "--name", "tiny", "--revision", "v1.0", "--hub-id", "maker/Base");

        ModelManifest manifest = ModelManifest.read(model("tiny"));
        assertThat(manifest.hubId()).isEqualTo("maker/Base");
        assertThat(manifest.source()).isEqualTo("maker/Tiny-1");
        try (Safetensors imported = Safetensors.open(model("tiny"));
                Safetensors shards = Safetensors.open(source)) {
            assertThat(imported.names()).containsExactlyInAnyOrderElementsOf(shards.names());
        }
    }

    @Test
    void aNameThatIsTakenIsRefusedBeforeAnythingIsFetched() throws IOException {
        hub.withFolder(source);
        succeeds("maker/Tiny-1", "--name", "tiny");
        hub.close();
        assertThat(refused("maker/Tiny-1", "--name", "tiny").err).contains("there is a model of this name already");
        assertThat(refused("maker/Tiny-1", "--name", "?").err).contains("\"?\" is no model name");
        assertThat(refused("maker/Tiny-1", "--hub-id", "?").err).contains("\"?\" is no model name");
    }

    @Test
    void whatWasFetchedStaysWhenTheImportRefusesTheTemplate() throws IOException {
        source = TinyModel.write(source, "{{ messages[0].no.such }}", Prefix.NONE);
        hub.withFolder(source);
        assertThat(refused("maker/Tiny-1").err).contains("--chat-template FILE");
        assertThat(data().resolve("downloads/maker--Tiny-1/model.safetensors")).exists();

        Path template = Files.writeString(folder.resolve("mine.jinja"), TinyModel.TURNS);
        succeeds("maker/Tiny-1", "--chat-template", template.toString());
    }

    @Test
    void aFolderIsImportedWithoutAHub() {
        hub.close();
        succeeds(source.toString(), "--name", "tiny");
        assertThat(ModelManifest.read(model("tiny")).hubCommit()).isNull();
    }

    @Test
    void anUnknownModelIsSaidInOneLine() {
        Result result = refused("maker/Tiny-2");
        assertThat(result.out)
                .contains("There is no file or folder maker/Tiny-2 here; fetching it from the Hub, revision main");
        assertThat(result.err.lines()).hasSize(1).first().asString().contains("has no model maker/Tiny-2");
    }

    private void shard() throws IOException {
        Path single = source.resolve("model.safetensors");
        ObjectNode index = JsonMapper.shared().createObjectNode();
        ObjectNode map = index.putObject("weight_map");
        try (Safetensors weights = Safetensors.open(single)) {
            List<Tensor> all = weights.names().stream().map(weights::tensor).toList();
            for (int i = 0; i < 2; i++) {
                String name = "model-0000" + (i + 1) + "-of-00002.safetensors";
                List<Tensor> part = i == 0 ? all.subList(0, 3) : all.subList(3, all.size());
                SafetensorsWriter.write(source.resolve(name), Map.of("format", "pt"), part);
                part.forEach(tensor -> map.put(tensor.name(), name));
            }
        }
        Files.writeString(source.resolve("model.safetensors.index.json"), index.toString());
        Files.delete(single);
    }

    private Result run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> environment = new HashMap<>();
        environment.put("ATTUNE_DATA", data().toString());
        environment.put("HF_ENDPOINT", hub.endpoint());
        environment.put("HOME", folder.toString());
        int exit = ImportMain.run(args, environment, new PrintStream(out), new PrintStream(err));
        return new Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Result succeeds(String... args) {
        Result result = run(args);
        assertThat(result.exit).as(result.err).isZero();
        return result;
    }

    private Result refused(String... args) {
        Result result = run(args);
        assertThat(result.exit).isEqualTo(1);
        return result;
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path model(String folderName) {
        return data().resolve("models").resolve(folderName);
    }
}
