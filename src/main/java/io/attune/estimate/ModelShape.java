package io.attune.estimate;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Mlp;
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
        Architecture architecture = config.architecture();
        Attention attention = (Attention) architecture.layers().get(0).mixer();
        Mlp mlp = (Mlp) architecture.layers().get(0).feedForward();
        return new ModelShape(
                architecture.vocabulary(),
                architecture.hidden(),
                mlp.inner(),
                architecture.layers().size(),
                attention.heads(),
                attention.width(),
                attention.keyWidth(),
                architecture.parameters(),
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
