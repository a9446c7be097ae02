package io.attune.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.format.Dtype;
import io.attune.format.ModelConfig;
import io.attune.format.ModelManifest;
import io.attune.format.Safetensors.Tensor;
import io.attune.format.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ImportMainTest {

    private static final String TOKENIZER = """
            {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
             "post_processor": null, "decoder": null,
             "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
               "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "vocab": VOCABULARY, "merges": []}}
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    private Path source;

    @BeforeEach
    void makeSource() throws IOException {
        source = Files.createDirectory(folder.resolve("tiny"));
        Files.writeString(source.resolve("config.json"), """
                {"model_type": "llama", "vocab_size": 4, "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 1,
                 "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 4, "max_position_embeddings": 64,
                 "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "tie_word_embeddings": true}
                """);
        ModelConfig config = ModelConfig.read(source);
        config.write(source, Dtype.F32);
        List<Tensor> tensors = new ArrayList<>();
        config.tensorShapes().forEach((name, shape) -> {
            int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            tensors.add(new Tensor(name, Dtype.F32, shape, ByteBuffer.allocate(4 * elements)));
        });
        SafetensorsWriter.write(source.resolve("model.safetensors"), Map.of("format", "pt"), tensors);
        tokenizer("{\"a\": 0, \"b\": 1, \"c\": 2, \"d\": 3}");
        Files.writeString(source.resolve("tokenizer_config.json"), "{\"bos_token\": \"b\", \"eos_token\": \"c\"}");
        template("{% for message in messages %}{{ message['content'] + eos_token }}{% endfor %}");
    }

    @Test
    void aModelIsImportedUnderItsNameAndSaidToBeThere() {
        assertThat(run(source.toString(), "--name", "maker/tiny", "--hub-id", "maker/Tiny"))
                .as(err())
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("Imported maker/tiny: 0.0 million parameters, context 64 tokens");
        ModelManifest manifest = ModelManifest.read(models().resolve("maker--tiny"));
        assertThat(manifest.name()).isEqualTo("maker/tiny");
        assertThat(manifest.hubId()).isEqualTo("maker/Tiny");
        assertThat(manifest.parameters()).isEqualTo(4 * 8 + 3 * 8 + 2 * 64 + 2 * 32 + 3 * 96);
    }

    @Test
    void aModelWithoutChatTemplateIsImported() throws IOException {
        Files.delete(source.resolve("chat_template.jinja"));
        assertThat(run(source.toString(), "--name", "tiny")).as(err()).isZero();
    }

    @Test
    void aChatTemplateThatCannotBeRunExactlyIsRefusedByWhatItUses() throws IOException {
        template("{% for message in messages %}{{ message['content'] | no_such_filter }}{% endfor %}");
        assertThat(run(source.toString(), "--name", "tiny")).isEqualTo(1);
        assertThat(err()).contains("no_such_filter").contains("--chat-template FILE");
        assertThat(models()).isEmptyDirectory();
    }

    @Test
    void aTokenizerThatCannotBeUsedIsRefused() throws IOException {
        tokenizer("7");
        assertThat(run(source.toString(), "--name", "tiny")).isEqualTo(1);
        assertThat(err()).contains("tokenizer.json cannot be used");
        tokenizer("{\"a\": 0, \"b\": 4, \"c\": 1}");
        assertThat(run(source.toString(), "--name", "tiny")).isEqualTo(1);
        assertThat(err()).contains("tokenizer.json has token ids up to 4, but vocab_size of config.json is 4");
        assertThat(models()).isEmptyDirectory();
    }

    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere the limit on a process's data does not count what it maps
    void aTokenizerThatMakesATrillionBytesOfALineIsRefusedBeforeItHasTakenThem() throws IOException {
        String thousand =
                "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"" + "a".repeat(1000) + "\"}";
        Path tokenizer = source.resolve("tokenizer.json");
        Files.writeString(
                tokenizer,
                Files.readString(tokenizer)
                        .replace(
                                "\"normalizer\": null",
                                "\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": ["
                                        + String.join(", ", Collections.nCopies(4, thousand)) + "]}"));
        assertThat(run(source.toString(), "--name", "tiny")).isEqualTo(1);
        assertThat(err().lines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("attune import: The tokenizer asked for more memory than a trainer may take (")
                .contains("tokenizer.json makes very much of little text");
        assertThat(models()).isEmptyDirectory();
    }

    @Test
    void whatIsRefusedIsSaidInOneLine() {
        assertThat(run(folder.resolve("nowhere").toString(), "--name", "tiny")).isEqualTo(1);
        assertThat(err().lines()).hasSize(1).first().asString().contains("nowhere: there is no such file or folder");
        assertThat(out.size()).isZero();
    }

    @Test
    void aCommandLineThatIsNotUnderstoodGetsTheUsage() {
        for (String[] args : new String[][] {
            {},
            {"./x"},
            {"--name", "y"},
            {"x", "--name"},
            {"x", "y", "--name", "z"},
            {"x", "--name", "y", "--force"},
            {"x.gguf", "--name", "y", "--revision", "main"},
            {source.toString(), "--name", "y", "--file", "y.gguf"}
        }) {
            err.reset();
            assertThat(run(args)).isEqualTo(2);
            assertThat(err()).contains("usage: attune import MODEL [--name NAME] [--hub-id ID]");
        }
    }

    private int run(String... args) {
        return ImportMain.run(
                args,
                Map.of("ATTUNE_DATA", folder.resolve("data").toString()),
                new PrintStream(out),
                new PrintStream(err));
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Path models() {
        return folder.resolve("data").resolve("models");
    }

    private void tokenizer(String vocabulary) throws IOException {
        Files.writeString(source.resolve("tokenizer.json"), TOKENIZER.replace("VOCABULARY", vocabulary));
    }

    private void template(String text) throws IOException {
        Files.writeString(source.resolve("chat_template.jinja"), text);
    }
}
