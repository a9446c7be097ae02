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

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

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
        assertThat(run("maker/Tiny-1")).as(err()).isZero();

        ModelManifest manifest = ModelManifest.read(models().resolve("maker--Tiny-1"));
        assertThat(manifest.name()).isEqualTo("maker/Tiny-1");
        assertThat(manifest.hubId()).isEqualTo("maker/Tiny-1");
        assertThat(manifest.source()).isEqualTo("maker/Tiny-1");
        assertThat(manifest.hubCommit()).isEqualTo(TestHub.COMMIT);
        assertThat(out())
                .contains("Imported maker/Tiny-1:", "from commit " + TestHub.COMMIT + " of the Hub")
                .contains("model.safetensors")
                .containsPattern("two turns +yes\n");
        assertThat(models().resolve("maker--Tiny-1/model.safetensors"))
                .hasSameBinaryContentAs(source.resolve("model.safetensors"));
        assertThat(models().resolveSibling("downloads")).as("what was fetched").isEmptyDirectory();
    }

    @Test
    void aModelInShardsIsImportedUnderAnotherName() throws IOException {
        shard();
        hub.withFolder(source);
        assertThat(run("maker/Tiny-1", "--name", "tiny", "--revision", "v1.0", "--hub-id", "maker/Base"))
                .as(err())
                .isZero();

        ModelManifest manifest = ModelManifest.read(models().resolve("tiny"));
        assertThat(manifest.hubId()).isEqualTo("maker/Base");
        assertThat(manifest.source()).isEqualTo("maker/Tiny-1");
        try (Safetensors imported = Safetensors.open(models().resolve("tiny"));
                Safetensors shards = Safetensors.open(source)) {
            assertThat(imported.names()).containsExactlyInAnyOrderElementsOf(shards.names());
        }
    }

    @Test
    void aNameThatIsTakenIsRefusedBeforeAnythingIsFetched() throws IOException {
        hub.withFolder(source);
        assertThat(run("maker/Tiny-1", "--name", "tiny")).as(err()).isZero();
        hub.close();
        assertThat(run("maker/Tiny-1", "--name", "tiny")).isEqualTo(1);
        assertThat(err()).contains("there is a model of this name already");
    }

    @Test
    void whatWasFetchedStaysWhenTheImportRefusesTheTemplate() throws IOException {
        source = TinyModel.write(source, "{{ messages[0].no.such }}", Prefix.NONE);
        hub.withFolder(source);
        assertThat(run("maker/Tiny-1")).isEqualTo(1);
        assertThat(err()).contains("--chat-template FILE");
        assertThat(models().resolveSibling("downloads").resolve("maker--Tiny-1/model.safetensors"))
                .exists();

        Path template = Files.writeString(folder.resolve("mine.jinja"), TinyModel.TURNS);
        assertThat(run("maker/Tiny-1", "--chat-template", template.toString()))
                .as(err())
                .isZero();
    }

    @Test
    void aFolderOfTheSameNameIsTakenInPlaceOfTheHub() {
        assertThat(run(source.toString(), "--name", "tiny")).as(err()).isZero();
        assertThat(ModelManifest.read(models().resolve("tiny")).hubCommit()).isNull();
    }

    @Test
    void anUnknownModelIsSaidInOneLine() {
        assertThat(run("maker/Tiny-2")).isEqualTo(1);
        assertThat(out())
                .contains("There is no file or folder maker/Tiny-2 here; fetching it from the Hub, revision main");
        assertThat(err().lines()).hasSize(1).first().asString().contains("has no model maker/Tiny-2");
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

    private int run(String... args) {
        Map<String, String> environment = new HashMap<>();
        environment.put("ATTUNE_DATA", folder.resolve("data").toString());
        environment.put("HF_ENDPOINT", hub.endpoint());
        environment.put("HOME", folder.toString());
        return ImportMain.run(args, environment, new PrintStream(out), new PrintStream(err));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Path models() {
        return folder.resolve("data").resolve("models");
    }
}
