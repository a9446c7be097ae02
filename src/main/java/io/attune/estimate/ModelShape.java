package io.attune.estimate;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.format.ModelConfig;

/**
 * The sizes of a decoder.
 *
 * @param attentionWidth heads x size of a head
 * @param kvWidth the same of keys and values
 * @param parameters of all weights, a tied head counted once
 * @param storedBytes of one weight in the base model's files; full weights are written in the same type
 */
public record ModelShape(
        int vocabulary,
        int hidden,
        int intermediate,
        int layers,
        int heads,
        @JsonProperty("attention_width") int attentionWidth,
        @JsonProperty("kv_width") int kvWidth,
        long parameters,
        @JsonProperty("stored_bytes") int storedBytes) {

    public static ModelShape of(ModelConfig config, int storedBytes) {
        return new ModelShape(
                config.vocabSize(),
                config.hiddenSize(),
                config.intermediateSize(),
                config.layers(),
                config.heads(),
                config.heads() * config.headDim(),
                config.kvHeads() * config.headDim(),
                config.parameters(),
                storedBytes);
    }

    /** Of a linear module in a layer, by PEFT's name. */
    int inputs(String module) {
        return switch (module) {
            case "o_proj" -> attentionWidth;
            case "down_proj" -> intermediate;
            default -> hidden;
        };
    }

    int outputs(String module) {
        return switch (module) {
            case "q_proj" -> attentionWidth;
            case "k_proj", "v_proj" -> kvWidth;
            case "gate_proj", "up_proj" -> intermediate;
            default -> hidden;
        };
    }
}
