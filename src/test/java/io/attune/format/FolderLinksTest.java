package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model folder with links as files. No file of the host gets into a model, an export or an artifact. */
class FolderLinksTest {

    private static final Path MODEL = Path.of("src/main/resources/models/attune-tales");
    private static final String SECRET = "{\"password\": \"of the host\"}";

    @TempDir
    Path folder;

    private Path secret;

    @BeforeEach
    void makeASecret() throws IOException {
        secret = Files.writeString(folder.resolve("secret.json"), SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "generation_config.json",
                "tokenizer.json",
                "config.json",
                "chat_template.jinja",
                "model.safetensors",
                "additional_chat_templates"
            })
    void noFileOfTheHostIsImported(String name) throws IOException {
        Path source = model(folder.resolve("source"));
        Files.deleteIfExists(source.resolve(name));
        Path host = name.startsWith("additional") ? Files.createDirectory(folder.resolve("host")) : secret;
        Files.createSymbolicLink(source.resolve(name), host);

        assertThatThrownBy(() -> ModelImport.importModel(source, folder.resolve("models"), "tiny", null))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(name + ": is a link that leads out of the model folder, to " + host.toRealPath());
        assertThat(folder.resolve("models")).isEmptyDirectory();
    }

    @Test
    void noFileOfTheHostIsExported() throws IOException {
        Path model = model(folder.resolve("model"));
        Files.delete(model.resolve("special_tokens_map.json"));
        Files.createSymbolicLink(model.resolve("special_tokens_map.json"), secret);
        Path out = folder.resolve("out");
        ModelExport export = new ModelExport(model, null);

        assertThatThrownBy(() -> export.toHuggingFace(out))
                .hasMessageContaining("special_tokens_map.json: is a link that leads out of the model folder");
        assertThatThrownBy(() -> export.toGguf(folder.resolve("out.gguf"), "tiny", "f16"))
                .hasMessageContaining("special_tokens_map.json: is a link that leads out of the model folder");
        assertThat(out).doesNotExist();
        assertThat(folder.resolve("out.gguf")).doesNotExist();
    }

    /** The training of all weights copies the files in this way. */
    @Test
    void noFileOfTheHostIsPutIntoAnArtifact() throws IOException {
        Path model = model(folder.resolve("model"));
        Files.delete(model.resolve("special_tokens_map.json"));
        Files.createSymbolicLink(model.resolve("special_tokens_map.json"), secret);
        Path artifact = Files.createDirectory(folder.resolve("artifact"));

        assertThatThrownBy(() -> TextFiles.copy(model, artifact))
                .hasMessageContaining("special_tokens_map.json: is a link that leads out of the model folder");
        assertThat(artifact).isEmptyDirectory();
    }

    @Test
    void linksInsideTheFolderAreFollowed() throws IOException {
        Path source = model(folder.resolve("source"));
        Files.move(source.resolve("tokenizer.json"), source.resolve("tokenizer.v2.json"));
        Files.createSymbolicLink(source.resolve("tokenizer.json"), Path.of("tokenizer.v2.json"));
        Path called = Files.createSymbolicLink(folder.resolve("called"), source);

        ImportedModel imported = ModelImport.importModel(called, folder.resolve("models"), "tiny", null);

        assertThat(imported.folder().resolve("tokenizer.json"))
                .hasSameBinaryContentAs(MODEL.resolve("tokenizer.json"))
                .isRegularFile();
    }

    @Test
    void aSnapshotOfTheHubsCacheIsImportedAndMayReachItsOwnBlobsAlone() throws IOException {
        Path cached = folder.resolve("models--maker--tiny");
        Path blobs = Files.createDirectories(cached.resolve("blobs"));
        Path snapshot = Files.createDirectories(cached.resolve("snapshots").resolve("0a1b"));
        for (Path file : files(model(folder.resolve("source")))) {
            String name = file.getFileName().toString();
            Files.move(file, blobs.resolve("blob-of-" + name));
            Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs/blob-of-" + name));
        }
        ModelImport.importModel(snapshot, folder.resolve("models"), "tiny", null);

        Path blob = blobs.resolve("blob-of-special_tokens_map.json");
        Files.delete(blob);
        Files.createSymbolicLink(blob, secret);

        assertThatThrownBy(() -> ModelImport.importModel(snapshot, folder.resolve("models"), "other", null))
                .hasMessageContaining("special_tokens_map.json: is a link that leads out of the model folder");
    }

    @Test
    void onlyWhatIsJsonOrATextIsPassedOn() throws IOException {
        Path source = model(folder.resolve("source"));
        Path artifact = Files.createDirectory(folder.resolve("artifact"));
        Files.writeString(source.resolve("generation_config.json"), "root:x:0:0:root:/root:/bin/bash\n");
        assertThatThrownBy(() -> TextFiles.copy(source, artifact))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("generation_config.json: is not valid JSON");
        Files.writeString(source.resolve("generation_config.json"), "{} {}");
        assertThatThrownBy(() -> TextFiles.copy(source, artifact))
                .hasMessageContaining("generation_config.json: goes on behind its JSON object");
        Files.writeString(source.resolve("generation_config.json"), "{}");
        Files.write(source.resolve("chat_template.jinja"), new byte[] {(byte) 0xff, 0, 1});
        assertThatThrownBy(() -> TextFiles.copy(source, artifact))
                .hasMessageContaining("chat_template.jinja: is not UTF-8");
    }

    private static Path model(Path target) throws IOException {
        Files.createDirectory(target);
        for (Path file : files(MODEL)) {
            if (!file.endsWith(ModelManifest.FILE)) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
        return target;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
