package io.attune.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class LoraAdapterConfigTest {

    /** The file that PEFT 0.21 saves. */
    private static final String PEFT = """
            {"alora_invocation_tokens": null, "alpha_pattern": {}, "auto_mapping": null,
             "base_model_name_or_path": "some/base", "bias": "none", "ensure_weight_tying": false,
             "exclude_modules": null, "fan_in_fan_out": false, "inference_mode": true, "init_lora_weights": true,
             "layer_replication": null, "layers_pattern": null, "layers_to_transform": null, "loftq_config": {},
             "lora_alpha": 8, "lora_bias": false, "lora_dropout": 0.05, "megatron_config": null,
             "megatron_core": "megatron.core", "modules_to_save": null, "peft_type": "LORA",
             "peft_version": "0.21.2", "qalora_group_size": 16, "r": 4, "rank_pattern": {}, "revision": null,
             "target_modules": ["v_proj", "q_proj"], "target_parameters": null, "task_type": "CAUSAL_LM",
             "trainable_token_indices": null, "use_dora": false, "use_qalora": false, "use_rslora": false}
            """;

    @TempDir
    Path folder;

    @Test
    void whatPeftSavesIsRead() throws IOException {
        assertThat(read(PEFT))
                .isEqualTo(new LoraAdapterConfig(4, 8, 0.05, List.of("q_proj", "v_proj"), "some/base", false));
    }

    @Test
    void whatIsWrittenIsReadBackAndEqualConfigsGiveEqualBytes() throws IOException {
        LoraAdapterConfig config = new LoraAdapterConfig(16, 32, 0, List.of("v_proj", "down_proj"), "a/b", false);
        config.write(folder);
        String text = Files.readString(folder.resolve("adapter_config.json"));
        assertThat(LoraAdapterConfig.read(folder)).isEqualTo(config);
        assertThat(text).contains("\"lora_alpha\" : 32,").contains("[ \"down_proj\", \"v_proj\" ]");
        new LoraAdapterConfig(16, 32, 0, List.of("down_proj", "v_proj"), "a/b", false).write(folder);
        assertThat(folder.resolve("adapter_config.json")).hasContent(text);
    }

    @Test
    void aFractionalAlphaStaysOne() throws IOException {
        LoraAdapterConfig config = new LoraAdapterConfig(16, 0.5, 0, List.of("v_proj"), null, false);
        config.write(folder);
        assertThat(LoraAdapterConfig.read(folder)).isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"peft_type\": \"IA3\"                  | peft_type is \"IA3\"; only \"LORA\"",
                "\"task_type\": \"SEQ_CLS\"              | task_type is \"SEQ_CLS\"",
                "\"bias\": \"all\"                       | bias is \"all\"",
                "\"use_dora\": true                      | use_dora is set",
                "\"use_rslora\": true                    | use_rslora is set",
                "\"fan_in_fan_out\": 1                   | fan_in_fan_out must be true or false",
                "\"modules_to_save\": [\"lm_head\"]      | modules_to_save is set",
                "\"rank_pattern\": {\"q_proj\": 8}       | rank_pattern is set",
                "\"alpha_pattern\": {\"q_proj\": 8}      | alpha_pattern is set",
                "\"layers_to_transform\": [1]            | layers_to_transform is set",
                "\"lora_bias\": true                     | lora_bias is set",
                "\"some_day\": 1                         | some_day is set",
                "\"init_lora_weights\": \"pissa\"        | init_lora_weights is \"pissa\"",
                "\"target_modules\": \".*_proj\"         | target_modules is a pattern",
                "\"target_modules\": []                  | target_modules is empty",
                "\"target_modules\": [3]                 | target_modules must be a list of strings",
                "\"r\": 0                                | r must be from 1",
                "\"lora_alpha\": \"8\"                   | lora_alpha must be a number",
            })
    void whatIsMoreThanPlainLoraIsRefusedByName(String field, String problem) {
        ObjectNode json = (ObjectNode) JsonFile.MAPPER.readTree(PEFT);
        json.setAll((ObjectNode) JsonFile.MAPPER.readTree("{" + field + "}"));
        assertThatThrownBy(() -> read(json.toString()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("adapter_config.json: " + problem);
    }

    private LoraAdapterConfig read(String json) throws IOException {
        Files.writeString(folder.resolve("adapter_config.json"), json);
        return LoraAdapterConfig.read(folder);
    }
}
