package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Attention.HeadNorms;
import io.attune.architecture.Embedding;
import io.attune.architecture.Family;
import io.attune.architecture.Fields;
import io.attune.architecture.GgufForm;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Layer.Normed;
import io.attune.architecture.Mlp;
import io.attune.architecture.Norm;
import io.attune.architecture.Rope;
import io.attune.architecture.Ropes;
import io.attune.architecture.Settings;
import io.attune.architecture.Sizes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gemma 3, its text half: Gemma 2 with norms of queries and keys. Layers with a window have their own positions. */
public final class Gemma3 implements Family {

    private static final int LAYERS_OF_27B = 62;

    @Override
    public String modelType() {
        return "gemma3_text";
    }

    @Override
    public String className() {
        return "Gemma3ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Settings.requireOff(config, "use_bidirectional_attention");
        Sizes sizes = Sizes.read(config, 256);
        Norm norm = Norm.rmsAroundOne(Settings.rmsEpsilon(config, 1e-6));
        Attention attention = sizes.attention(null)
                .scaled(1 / Math.sqrt(config.number("query_pre_attn_scalar", 1e-6, 1e6, 256)))
                .capped(config.number("attn_logit_softcapping", 0, 1e6, 0))
                .normed(new HeadNorms(norm, false, false))
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
        int pattern = config.integer("sliding_window_pattern", 1, Sizes.MAX_LAYERS, 6);
        List<Boolean> windowed = Settings.windowedLayers(config, sizes.layers(), i -> (i + 1) % pattern != 0);
        Attention near = attention.turned(nearRope(config, sizes)).windowed(window);
        Attention far = attention.turned(farRope(config, sizes));
        return sizes.architecture(
                new Embedding(Math.sqrt(sizes.hidden()), 0, null),
                norm,
                new Head(Settings.tied(config, true), 1, config.number("final_logit_softcapping", 0, 1e6, 0)),
                Gemma2.NAMES,
                i -> Layer.of(windowed.get(i) ? near : far, mlp, norm).normed(Normed.AROUND));
    }

    /** The positions of the layers with a window. */
    private static Rope nearRope(Fields config, Sizes sizes) {
        return config.has("rope_parameters")
                ? Ropes.named(config, "sliding_attention", sizes.headSize(), sizes.context(), 10_000)
                : Ropes.unscaled(sizes.headSize(), config.number("rope_local_base_freq", 1, 1e12, 10_000), 1);
    }

    private static Rope farRope(Fields config, Sizes sizes) {
        return config.has("rope_parameters")
                ? Ropes.named(config, "full_attention", sizes.headSize(), sizes.context(), 1_000_000)
                : Ropes.scaled(
                        config,
                        "rope_scaling",
                        sizes.headSize(),
                        sizes.context(),
                        config.number("rope_theta", 1, 1e12, 1_000_000));
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(2, 1, 0);
    }

    @Override
    public Optional<GgufForm> gguf() {
        return Optional.of(GgufForm.of("gemma3")
                .with("rope.freq_base_swa", "rope_local_base_freq")
                .with("attention.sliding_window", "sliding_window")
                .with("final_logit_softcapping", "final_logit_softcapping")
                .completedBy(config -> Gemma2.scale(config, LAYERS_OF_27B)));
    }

    /** The defaults of the published models with 4, 12 and 27 billion parameters, which leave many fields out. */
    @Override
    public Map<String, Object> absentFields() {
        return Map.of(
                "vocab_size", 262_208,
                "max_position_embeddings", 131_072,
                "num_attention_heads", 8,
                "num_key_value_heads", 4,
                "head_dim", 256,
                "rope_theta", 1_000_000.0,
                "rope_local_base_freq", 10_000.0);
    }
}
