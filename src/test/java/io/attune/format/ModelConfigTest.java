package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Rope;
import io.attune.architecture.Ropes;
import io.attune.architecture.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ModelConfigTest {

    private static final String MINIMAL = """
            {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 384, "hidden_size": 48,
             "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4, "max_position_embeddings": 512}
            """;

    @TempDir
    Path folder;

    @Test
    void absentFieldsHaveTheMeaningThatTransformersGivesThem() throws IOException {
        ModelConfig config = read(MINIMAL);
        Sizes sizes = new Sizes(384, 48, 96, 3, 4, 4, 12, 512);
        Norm norm = Norm.rms(1e-6);
        Layer layer = Layer.of(
                sizes.attention(Ropes.unscaled(12, 10_000, 1)),
                new Mlp(96, Mlp.Form.GATED, Activation.SILU, false),
                norm);
        assertThat(config.architecture())
                .isEqualTo(sizes.architecture(norm, Head.plain(false), Names.LLAMA, i -> layer));
        assertThat(config.bosTokenId()).isEqualTo(1);
        assertThat(config.eosTokenIds()).containsExactly(2);
        assertThat(config.padTokenId()).isNull();
    }

    @Test
    void bothWritingsOfRotaryPositionsMeanTheSame() throws IOException {
        String scaling = "\"factor\": 8.0, \"high_freq_factor\": 4.0, \"low_freq_factor\": 1.0, "
                + "\"original_max_position_embeddings\": 64, \"rope_type\": \"llama3\"";
        Rope llama3 = rope("\"rope_theta\": 500000.0, \"rope_scaling\": {" + scaling + "}");
        assertThat(rope("\"rope_parameters\": {" + scaling + ", \"rope_theta\": 500000.0}"))
                .isEqualTo(llama3);
        Rope plain = Ropes.unscaled(12, 500_000, 1);
        assertThat(llama3.frequencies().get(0)).isEqualTo(plain.frequencies().get(0));
        assertThat(llama3.frequencies().get(5)).isEqualTo(plain.frequencies().get(5) / 8);
        double second = Ropes.unscaled(12, 10_000, 1).frequencies().get(1);
        assertThat(rope("\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2.0}")
                        .frequencies()
                        .get(1))
                .isEqualTo(second / 2);
        assertThat(rope("\"rope_scaling\": null, \"rope_theta\": 100000")).isEqualTo(Ropes.unscaled(12, 100_000, 1));
    }

    @Test
    void severalEndTokensAndNoPadTokenAreRead() throws IOException {
        ModelConfig config = read(with("\"eos_token_id\": [7, 8], \"pad_token_id\": -1, \"bos_token_id\": null"));
        assertThat(config.eosTokenIds()).containsExactly(7, 8);
        assertThat(config.padTokenId()).isNull();
        assertThat(config.bosTokenId()).isNull();
    }

    /** The fields of google/gemma-3-4b-it. */
    @Test
    void fieldsThatPublishedModelsLeaveOutHaveTransformersDefaults() throws IOException {
        String text = "{\"hidden_size\": 2560, \"intermediate_size\": 10240, \"model_type\": \"gemma3_text\", "
                + "\"num_hidden_layers\": 34, \"rope_scaling\": {\"factor\": 8.0, \"rope_type\": \"linear\"}, "
                + "\"sliding_window\": 1024}";
        Architecture gemma = read("{\"model_type\": \"gemma3\", \"text_config\": " + text + "}")
                .architecture();
        Attention near = (Attention) gemma.layers().get(0).mixer();
        Attention far = (Attention) gemma.layers().get(5).mixer();
        assertThat(gemma.vocabulary()).isEqualTo(262_208);
        assertThat(gemma.context()).isEqualTo(131_072);
        assertThat(near.heads()).isEqualTo(8);
        assertThat(near.keyHeads()).isEqualTo(4);
        assertThat(near.rope()).isEqualTo(Ropes.unscaled(256, 10_000, 1));
        assertThat(far.rope().frequencies().get(1))
                .isEqualTo(Ropes.unscaled(256, 1_000_000, 1).frequencies().get(1) / 8);
        assertThat(gemma.parameters()).isEqualTo(3_880_263_168L); // the number in transformers
    }

    @Test
    void theImportTellsOfDropoutThatIsLeftOutAndOfTheHalfThatWasTaken() throws IOException {
        assertThat(read(MINIMAL).notes()).isEmpty();
        assertThat(read(with("\"attention_dropout\": 0.1")).notes())
                .containsExactly("Attune trains without the dropout that config.json names: attention_dropout 0.1.");
        assertThat(read("{\"model_type\": \"llava\", \"text_config\": " + MINIMAL + "}")
                        .notes())
                .containsExactly(
                        "The model is multimodal; its text half was taken, a model of type llama. Adapters fit this"
                                + " half: load "
                                + "them on what ./attune export writes, not on the multimodal model.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"eos_token_id\": 3",
                "\"eos_token_id\": [3, 4], \"tie_word_embeddings\": true, \"num_key_value_heads\": 2, \"head_dim\": 16",
                "\"eos_token_id\": null, \"attention_bias\": true, \"rope_scaling\": {\"rope_type\": \"linear\","
                        + " \"factor\": 4}",
                "\"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 5e5, \"factor\": 8,"
                        + " \"low_freq_factor\": 1, "
                        + "\"high_freq_factor\": 4, \"original_max_position_embeddings\": 64}",
            })
    void aConfigThatIsWrittenIsReadBackTheSame(String fields) throws IOException {
        ModelConfig config = read(with(fields));
        config.write(folder, Dtype.BF16);
        assertThat(ModelConfig.read(folder)).isEqualTo(config);
        assertThat(Files.readString(folder.resolve("config.json"))).contains("\"torch_dtype\" : \"bfloat16\"");
    }

    @Test
    void aConfigurationThatIsNotJsonIsRefusedWithLineAndColumn() {
        assertThatThrownBy(() -> read("{\n  \"vocab_size\": 384,\n}"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(
                        "config.json: is not valid JSON: line 3, column 1: a key in double quotes is expected,"
                                + " but } stands there")
                .hasMessageContaining("Remove the comma before it.");
    }

    @Test
    void tensorsHaveTransformersNamesAndShapes() throws IOException {
        ModelConfig config = read(with("\"num_key_value_heads\": 2, \"head_dim\": 16, \"attention_bias\": true"));
        assertThat(config.tensorShapes())
                .hasSize(2 + 3 * (9 + 4) + 1)
                .containsEntry("model.layers.2.self_attn.q_proj.weight", new long[] {64, 48})
                .containsEntry("model.layers.2.self_attn.k_proj.weight", new long[] {32, 48})
                .containsEntry("model.layers.2.self_attn.k_proj.bias", new long[] {32})
                .containsEntry("model.layers.2.self_attn.o_proj.weight", new long[] {48, 64})
                .containsEntry("model.layers.2.mlp.down_proj.weight", new long[] {48, 96})
                .containsEntry("lm_head.weight", new long[] {384, 48});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"model_type\": \"mamba\"                               | model_type is \"mamba\"; built are"
                        + " bloom, gemma2,",
                "\"model_type\": null                                    | model_type must be a string",
                "\"architectures\": [\"LlamaForSequenceClassification\"] | architectures is"
                        + " [LlamaForSequenceClassification]",
                "\"hidden_act\": \"mish\"                                | hidden_act is \"mish\"",
                "\"quantization_config\": {\"bits\": 4}                  | quantization_config is set",
                "\"rope_interleaved\": true                              | rope_interleaved is set",
                "\"partial_rotary_factor\": 0.5                          | partial_rotary_factor is 0.5",
                "\"rope_scaling\": {\"rope_type\": \"ntk\"}              | rope_scaling.rope_type is \"ntk\"; built"
                        + " are default, linear,",
                "\"rope_scaling\": {\"type\": \"ntk\"}                   | rope_scaling.type is \"ntk\"",
                "\"rope_scaling\": {\"type\": \"linear\"}                | rope_scaling.factor must be a number, is"
                        + " missing",
                "\"rope_scaling\": 5                                     | rope_scaling must be an object",
                "\"rope_theta\": \"big\"                                 | rope_theta must be a number",
                "\"vocab_size\": 2000000000                              | vocab_size must be from 1 to",
                "\"vocab_size\": 99999999999999999999                    | vocab_size must be a whole number",
                "\"vocab_size\": 384.0                                   | vocab_size must be a whole number",
                "\"hidden_size\": 0                                      | hidden_size must be from 1 to",
                "\"hidden_size\": 50                                     | is not divisible by num_attention_heads",
                "\"num_hidden_layers\": 100000                           | num_hidden_layers must be from 1 to",
                "\"num_key_value_heads\": 3                              | does not divide num_attention_heads",
                "\"head_dim\": 13                                        | head_dim must be even",
                "\"max_position_embeddings\": -1                         | max_position_embeddings must be from 1 to",
                "\"eos_token_id\": 384                                   | eos_token_id must be a token id below"
                        + " vocab_size (384)",
                "\"eos_token_id\": \"x\"                                 | eos_token_id must be a token id",
                "\"attention_bias\": \"yes\"                             | attention_bias must be true or false",
                "\"rms_norm_eps\": 7                                     | rms_norm_eps must be from",
            })
    void whatIsNotBuiltOrNotPossibleIsRefusedWithFileAndField(String field, String problem) {
        assertThatThrownBy(() -> read(with(field)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("config.json: ")
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"model_type\": \"llama\", \"model_type\": \"llama\"}", "{} {}"})
    void aFileThatIsNoJsonObjectIsRefused(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("config.json");
    }

    @Test
    void aFolderWithoutConfigIsRefused() {
        assertThatThrownBy(() -> ModelConfig.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("config.json: there is no such file");
    }

    private Rope rope(String fields) throws IOException {
        return ((Attention) read(with(fields)).architecture().layers().get(0).mixer()).rope();
    }

    private ModelConfig read(String json) throws IOException {
        Files.writeString(folder.resolve("config.json"), json);
        return ModelConfig.read(folder);
    }

    /** The minimal config with further fields. They replace fields of the same name. */
    private static String with(String fields) {
        ObjectNode json = (ObjectNode) JsonFile.MAPPER.readTree(MINIMAL);
        json.setAll((ObjectNode) JsonFile.MAPPER.readTree("{" + fields + "}"));
        return json.toString();
    }
}
