package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.format.Safetensors.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelImportTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-31T12:00:00.5Z"), ZoneOffset.UTC);

    private static final String CONFIG = """
            {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 10, "hidden_size": 8,
             "head_dim": 4, "intermediate_size": 12, "num_hidden_layers": 2, "num_attention_heads": 2,
             "num_key_value_heads": 1, "max_position_embeddings": 64, "tie_word_embeddings": TIED}
            """;

    @TempDir
    Path folder;

    private Path source;
    private Path models;

    @BeforeEach
    void makeSource() throws IOException {
        source = Files.createDirectory(folder.resolve("source"));
        models = folder.resolve("data").resolve("models");
        Files.writeString(source.resolve("config.json"), CONFIG.replace("TIED", "false"));
        Files.writeString(source.resolve("tokenizer.json"), "{\"model\": {\"type\": \"BPE\", \"vocab\": {}}}");
        Files.writeString(source.resolve("tokenizer_config.json"), "{\"eos_token\": \"x\"}");
        Files.writeString(source.resolve("chat_template.jinja"), "{{ messages }}");
        Files.writeString(source.resolve("README.md"), "not part of the model");
        weights(tensors(Dtype.F16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"F32", "F16", "BF16"})
    void aHuggingFaceFolderKeepsItsWeightsAndTheirType(String type) throws IOException {
        List<Tensor> written = tensors(Dtype.valueOf(type));
        weights(written);
        ImportedModel imported = ModelImport.importModel(
                ModelOrigin.local(source), models, "maker/tiny", "maker/Tiny-1", TextOptions.KEEP, NOON, path -> {});
        assertThat(imported.folder()).isEqualTo(models.resolve("maker--tiny"));
        assertThat(imported.config()).isEqualTo(ModelConfig.read(source));
        try (Safetensors read = Safetensors.open(imported.folder())) {
            assertThat(read.names())
                    .containsExactlyElementsOf(imported.config().tensorShapes().keySet());
            for (Tensor tensor : written) {
                assertThat(read.tensor(tensor.name()).dtype()).isEqualTo(tensor.dtype());
                assertThat(read.tensor(tensor.name()).bytes()).isEqualTo(tensor.bytes());
            }
        }
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja")) {
            assertThat(imported.folder().resolve(name)).hasSameBinaryContentAs(source.resolve(name));
        }
        assertThat(files(models)).as("nothing temporary is left").containsExactly("maker--tiny");
        assertThat(files(imported.folder()))
                .containsExactly(
                        "attune.json",
                        "chat_template.jinja",
                        "config.json",
                        "model.safetensors",
                        "tokenizer.json",
                        "tokenizer_config.json");
    }

    @Test
    void theManifestSaysWhatTheModelIs() {
        ImportedModel imported = ModelImport.importModel(
                ModelOrigin.local(source), models, "maker/tiny", "maker/Tiny-1", TextOptions.KEEP, NOON, path -> {});
        ModelManifest manifest = ModelManifest.read(imported.folder());
        assertThat(manifest).isEqualTo(imported.manifest());
        assertThat(manifest.name()).isEqualTo("maker/tiny");
        assertThat(manifest.hubId()).isEqualTo("maker/Tiny-1");
        assertThat(manifest.source()).isEqualTo("source");
        assertThat(manifest.hubCommit()).isNull();
        assertThat(manifest.importedAt()).isEqualTo("2026-01-31T12:00:00Z");
        assertThat(manifest.context()).isEqualTo(64);
        assertThat(manifest.parameters()).isEqualTo(2 * 10 * 8 + 8 + 2 * (8 * 8 * 2 + 4 * 8 * 2 + 3 * 12 * 8 + 2 * 8));
        assertThat(manifest.weightsSha256()).matches("[0-9a-f]{64}");
    }

    @Test
    void theManifestSaysWhichCommitOfTheHubAModelCameFrom() {
        ModelOrigin origin = new ModelOrigin(source, "maker/Tiny-1", "0123456789abcdef0123456789abcdef01234567");
        ModelManifest manifest = ModelManifest.read(
                ModelImport.importModel(origin, models, "tiny", "maker/Tiny-1", TextOptions.KEEP, NOON, path -> {})
                        .folder());
        assertThat(manifest.source()).isEqualTo("maker/Tiny-1");
        assertThat(manifest.hubCommit()).isEqualTo("0123456789abcdef0123456789abcdef01234567");
    }

    @Test
    void aManifestFromBeforeCommitsWereRecordedIsRead() throws IOException {
        Files.writeString(source.resolve("attune.json"), """
                {"name": "story", "hub_id": null, "source": "story", "imported_at": "2026-01-31T12:00:00Z",
                 "parameters": 1000, "context": 64, "weights_sha256": "00"}""");
        ModelManifest manifest = ModelManifest.read(source);
        assertThat(manifest.name()).isEqualTo("story");
        assertThat(manifest.hubCommit()).isNull();
    }

    @Test
    void aModelInShardsBecomesOneFile() throws IOException {
        List<Tensor> all = tensors(Dtype.BF16);
        Files.delete(source.resolve("model.safetensors"));
        SafetensorsWriter.write(source.resolve("model-1.safetensors"), Map.of(), all.subList(0, 5));
        SafetensorsWriter.write(source.resolve("model-2.safetensors"), Map.of(), all.subList(5, all.size()));
        StringBuilder map = new StringBuilder();
        for (int i = 0; i < all.size(); i++) {
            map.append(i == 0 ? "" : ",")
                    .append("\"%s\":\"model-%d.safetensors\""
                            .formatted(all.get(i).name(), i < 5 ? 1 : 2));
        }
        Files.writeString(source.resolve("model.safetensors.index.json"), "{\"weight_map\":{" + map + "}}");
        ImportedModel imported = importSource();
        try (Safetensors read = Safetensors.open(imported.folder().resolve("model.safetensors"))) {
            all.forEach(tensor -> assertThat(read.tensor(tensor.name()).bytes()).isEqualTo(tensor.bytes()));
        }
    }

    @Test
    void derivedBuffersAreLeftOut() throws IOException {
        List<Tensor> more = new ArrayList<>(tensors(Dtype.F32));
        more.add(new Tensor(
                "model.layers.1.self_attn.rotary_emb.inv_freq", Dtype.F32, new long[] {2}, ByteBuffer.allocate(8)));
        weights(more);
        try (Safetensors read = Safetensors.open(importSource().folder())) {
            assertThat(read.names()).noneMatch(name -> name.contains("inv_freq"));
        }
    }

    @Test
    void aTiedHeadThatIsStoredIsLeftOutAndAnotherHeadIsRefused() throws IOException {
        Files.writeString(source.resolve("config.json"), CONFIG.replace("TIED", "true"));
        refused("config.json says tie_word_embeddings, but lm_head.weight differs");
        List<Tensor> tied = new ArrayList<>(tensors(Dtype.F32));
        ByteBuffer embedding = tied.get(0).bytes();
        tied.replaceAll(
                t -> t.name().equals("lm_head.weight") ? new Tensor(t.name(), t.dtype(), t.shape(), embedding) : t);
        weights(tied);
        try (Safetensors read = Safetensors.open(importSource().folder())) {
            assertThat(read.names()).contains("model.embed_tokens.weight").doesNotContain("lm_head.weight");
        }
    }

    @Test
    void weightsThatDoNotFitTheConfigAreRefusedByName() throws IOException {
        List<Tensor> all = tensors(Dtype.F32);
        weights(without(all, "model.layers.1.mlp.up_proj.weight"));
        refused("the weights lack 1 tensors that config.json asks for, first model.layers.1.mlp.up_proj.weight");
        weights(with(all, tensor("model.layers.0.self_attn.q_norm.weight", Dtype.F32, 4)));
        refused("tensor model.layers.0.self_attn.q_norm.weight is not known");
        weights(with(without(all, "model.norm.weight"), tensor("model.norm.weight", Dtype.F32, 9)));
        refused("tensor model.norm.weight has shape [9]; config.json asks for [8]");
        weights(with(without(all, "model.norm.weight"), tensor("model.norm.weight", Dtype.I32, 8)));
        refused("tensor model.norm.weight is of type I32; only F32, F16 and BF16");
    }

    @Test
    void aDamagedOrForeignSourceIsRefusedAndLeavesNothingBehind() throws IOException {
        byte[] weights = Files.readAllBytes(source.resolve("model.safetensors"));
        Files.write(source.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length - 1));
        refused("is truncated");

        Files.move(source.resolve("model.safetensors"), source.resolve("pytorch_model.bin"));
        refused("pytorch_model.bin: a pickle can run any program when it is loaded and is never read; convert it to"
                + " safetensors");

        Files.delete(source.resolve("tokenizer.json"));
        refused("holds no tokenizer.json; save the tokenizer with transformers'");
        Files.writeString(source.resolve("vocab.json"), "{}");
        Files.writeString(source.resolve("merges.txt"), "");
        refused("holds no tokenizer.json, only vocab.json and merges.txt; save the tokenizer with transformers'");

        Files.writeString(
                source.resolve("config.json"), CONFIG.replace("TIED", "false").replace("\"llama\"", "\"mamba\""));
        refused("model_type is \"mamba\"; built are bloom,");

        Files.move(source.resolve("config.json"), source.resolve("adapter_config.json"));
        refused("is a PEFT adapter, not a base model");

        source = source.resolve("README.md");
        refused("is no GGUF file");
        source = folder.resolve("nowhere");
        refused("there is no such file or folder");
    }

    @Test
    void whatTheCheckRefusesIsNotImported() {
        assertThatThrownBy(() -> ModelImport.importModel(
                        ModelOrigin.local(source), models, "tiny", null, TextOptions.KEEP, NOON, path -> {
                            assertThat(path.resolve("chat_template.jinja")).exists();
                            assertThat(path.resolve("attune.json")).exists();
                            throw new ModelFormatException("the template uses what is not there");
                        }))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("the template uses what is not there");
        assertThat(files(models)).isEmpty();
    }

    @Test
    void aNameIsTakenOnlyOnce() throws IOException {
        Path first = importSource().folder();
        byte[] manifest = Files.readAllBytes(first.resolve("attune.json"));
        assertThatThrownBy(this::importSource)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("there is a model of this name already");
        assertThat(files(models)).containsExactly("tiny");
        assertThat(first.resolve("attune.json")).hasBinaryContent(manifest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../x", "/x", "x/", "a//b", "a/../b", ".hidden", "ft:tuned", "a b", "ü", "-x"})
    void aNameThatIsNoneIsRefusedBeforeAnythingIsWritten(String name) {
        assertThatThrownBy(() -> ModelImport.importModel(source, models, name, null))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("is no model name");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void aGgufFileBecomesAHuggingFaceFolderInBfloat16() throws IOException {
        ImportedModel imported = importGguf(GgufFile.tinyLlama());
        assertThat(files(imported.folder()))
                .containsExactly(
                        "attune.json",
                        "chat_template.jinja",
                        "config.json",
                        "generation_config.json",
                        "model.safetensors",
                        "tokenizer.json",
                        "tokenizer_config.json");
        assertThat(ModelConfig.read(imported.folder())).isEqualTo(imported.config());
        assertThat(imported.manifest().source()).isEqualTo("x.gguf");
        try (Safetensors read = Safetensors.open(imported.folder())) {
            imported.config().tensorShapes().forEach((name, shape) -> {
                assertThat(read.tensor(name).dtype()).isEqualTo(Dtype.BF16);
                assertThat(read.tensor(name).shape()).isEqualTo(shape);
            });
            ByteBuffer norm = read.tensor("model.norm.weight").bytes();
            assertThat(new int[] {norm.getShort(0) & 0xffff, norm.getShort(2) & 0xffff, norm.getShort(4) & 0xffff})
                    .containsExactly(0x3f00, 0xbf80, 0x4000);
        }
    }

    @Test
    void theRowsOfQueryAndKeyProjectionsComeBackIntoTransformersOrder() throws IOException {
        // llama.cpp alternates rows of the first half and the second half of a head: 0 2 1 3 for a head of four
        float[] rows = {0, 2, 1, 3, 4, 6, 5, 7};
        float[] stored = new float[64];
        for (int i = 0; i < 64; i++) {
            stored[i] = rows[i / 8];
        }
        ImportedModel imported = importGguf(GgufFile.tinyLlama()
                .floats("blk.0.attn_q.weight", stored, 8, 8)
                .floats("blk.0.attn_k.weight", Arrays.copyOf(stored, 32), 8, 4)
                .floats("blk.0.attn_v.weight", Arrays.copyOf(stored, 32), 8, 4)
                .floats("blk.0.attn_q.bias", rows, 8)
                .floats("blk.0.attn_k.bias", Arrays.copyOf(rows, 4), 4)
                .floats("blk.0.attn_v.bias", rows, 4)
                .floats("blk.0.attn_output.bias", rows, 8));
        assertThat(imported.config().json().flag("attention_bias", false)).isTrue();
        try (Safetensors read = Safetensors.open(imported.folder())) {
            assertThat(firstColumn(read, "q_proj.weight", 8)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
            assertThat(firstColumn(read, "k_proj.weight", 8)).containsExactly(0, 1, 2, 3);
            assertThat(firstColumn(read, "v_proj.weight", 8)).containsExactly(0, 2, 1, 3);
            assertThat(firstColumn(read, "q_proj.bias", 1)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
            assertThat(firstColumn(read, "k_proj.bias", 1)).containsExactly(0, 1, 2, 3);
            assertThat(firstColumn(read, "v_proj.bias", 1)).containsExactly(0, 2, 1, 3);
        }
    }

    @Test
    void aTruncatedGgufFileLeavesNothingBehind() throws IOException {
        byte[] whole = GgufFile.tinyLlama().bytes();
        source = folder.resolve("x.gguf");
        Files.write(source, Arrays.copyOf(whole, whole.length - 20));
        refused("is truncated: tensor output_norm.weight");
    }

    private static float[] firstColumn(Safetensors read, String name, int columns) {
        ByteBuffer bytes = read.tensor("model.layers.0.self_attn." + name).bytes();
        float[] column = new float[bytes.remaining() / 2 / columns];
        for (int i = 0; i < column.length; i++) {
            column[i] = Float.intBitsToFloat(bytes.getShort(i * columns * 2) << 16);
        }
        return column;
    }

    private ImportedModel importGguf(GgufFile content) throws IOException {
        Path file = folder.resolve("x.gguf");
        Files.write(file, content.bytes());
        return ModelImport.importModel(file, models, "tiny", null);
    }

    private ImportedModel importSource() {
        return ModelImport.importModel(
                ModelOrigin.local(source), models, "tiny", null, TextOptions.KEEP, NOON, path -> {});
    }

    private void refused(String problem) {
        assertThatThrownBy(this::importSource)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(problem);
        assertThat(files(models)).isEmpty();
    }

    private static List<String> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void weights(List<Tensor> tensors) {
        SafetensorsWriter.write(source.resolve("model.safetensors"), Map.of("format", "pt"), tensors);
    }

    private List<Tensor> tensors(Dtype dtype) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        Files.writeString(folder.resolve("config.json"), CONFIG.replace("TIED", "false"));
        ModelConfig.read(folder).tensorShapes().forEach((name, shape) -> tensors.add(tensor(name, dtype, shape)));
        return tensors;
    }

    private static Tensor tensor(String name, Dtype dtype, long... shape) {
        int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        byte[] bytes = new byte[elements * dtype.bytes()];
        new Random(name.hashCode()).nextBytes(bytes);
        return new Tensor(name, dtype, shape, ByteBuffer.wrap(bytes));
    }

    private static List<Tensor> without(List<Tensor> tensors, String name) {
        return tensors.stream().filter(tensor -> !tensor.name().equals(name)).toList();
    }

    private static List<Tensor> with(List<Tensor> tensors, Tensor more) {
        return Stream.concat(tensors.stream(), Stream.of(more)).toList();
    }
}
