package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Embedding;
import io.attune.architecture.Family;
import io.attune.architecture.Fields;
import io.attune.architecture.GgufForm;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Layer.Normed;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Role;
import io.attune.architecture.Ropes;
import io.attune.architecture.Settings;
import io.attune.architecture.Sizes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gemma 2: norms around each part, soft caps, and a window in every other layer. */
public final class Gemma2 implements Family {

    static final Names NAMES = Names.LLAMA
            .with(Role.ATTENTION_POST_NORM, "post_attention_layernorm")
            .with(Role.MLP_NORM, "pre_feedforward_layernorm")
            .with(Role.MLP_POST_NORM, "post_feedforward_layernorm");

    private static final int LAYERS_OF_27B = 46;

    @Override
    public String modelType() {
        return "gemma2";
    }

    @Override
    public String className() {
        return "Gemma2ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Settings.requireOff(config, "use_bidirectional_attention");
        Sizes sizes = Sizes.read(config, 256);
        Norm norm = Norm.rmsAroundOne(Settings.rmsEpsilon(config, 1e-6));
        Attention attention = sizes.attention(Ropes.whole(config, sizes, 10_000))
                .scaled(1 / Math.sqrt(config.number("query_pre_attn_scalar", 1e-6, 1e6, 256)))
                .capped(
                        config.hasNull("attn_logit_softcapping")
                                ? 0
                                : config.number("attn_logit_softcapping", 0, 1e6, 50))
                .biased(Settings.attentionBias(config, false));
        Mlp mlp = new Mlp(
                sizes.inner(),
                Mlp.Form.GATED,
                Activation.read(
                        config,
                        config.has("hidden_activation") ? "hidden_activation" : "hidden_act",
                        "gelu_pytorch_tanh"),
                false);
        int window = Settings.window(config, 4096);
        List<Boolean> windowed = Settings.windowedLayers(config, sizes.layers(), i -> i % 2 == 0);
        double cap =
                config.hasNull("final_logit_softcapping") ? 0 : config.number("final_logit_softcapping", 0, 1e6, 30);
        return sizes.architecture(
                new Embedding(Math.sqrt(sizes.hidden()), 0, null),
                norm,
                new Head(Settings.tied(config, true), 1, cap),
                NAMES,
                i -> Layer.of(attention.windowed(windowed.get(i) ? window : 0), mlp, norm)
                        .normed(Normed.AROUND));
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(2, 1, 0);
    }

    @Override
    public Optional<GgufForm> gguf() {
        return Optional.of(GgufForm.of("gemma2")
                .with("attention.sliding_window", "sliding_window")
                .with("attn_logit_softcapping", "attn_logit_softcapping")
                .with("final_logit_softcapping", "final_logit_softcapping")
                .completedBy(config -> scale(config, LAYERS_OF_27B)));
    }

    /**
     * Sets {@code query_pre_attn_scalar}, which GGUF metadata lacks. It is the size of a head. In the largest model
     * it is hidden size / heads.
     */
    static void scale(Map<String, Object> config, int layersOfLargest) {
        int layers = ((Number) config.get("num_hidden_layers")).intValue();
        Number size = (Number) config.getOrDefault("head_dim", 256);
        int heads = ((Number) config.get("num_attention_heads")).intValue();
        int hidden = ((Number) config.get("hidden_size")).intValue();
        config.put("query_pre_attn_scalar", layers == layersOfLargest ? hidden / heads : size);
    }

    @Override
    public Map<String, Object> absentFields() {
        return Map.of("num_key_value_heads", 4);
    }
}
