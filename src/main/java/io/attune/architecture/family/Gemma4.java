package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Attention.HeadNorms;
import io.attune.architecture.Attention.Projections;
import io.attune.architecture.Embedding;
import io.attune.architecture.Family;
import io.attune.architecture.Fields;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Layer.Normed;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Role;
import io.attune.architecture.Rope;
import io.attune.architecture.Ropes;
import io.attune.architecture.Settings;
import io.attune.architecture.Sizes;
import java.util.List;
import java.util.Map;

/** Gemma 4, its text half: also with norms of values, and a learned factor of each layer. */
public final class Gemma4 implements Family {

    private static final Names NAMES = Gemma2.NAMES.with(Role.LAYER_SCALE, "layer_scalar");

    @Override
    public String modelType() {
        return "gemma4_text";
    }

    @Override
    public String className() {
        return "Gemma4ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Settings.requireOff(config, "enable_moe_block", "num_kv_shared_layers", "use_double_wide_mlp");
        if (config.integer("hidden_size_per_layer_input", 0, Sizes.MAX_WIDTH, 256) != 0) {
            throw config.refused("hidden_size_per_layer_input", "is not 0; embeddings of each layer are not built");
        }
        if (!config.text("use_bidirectional_attention", "vision").equals("vision")) {
            throw config.refused("use_bidirectional_attention", "is \"all\"; only causal attention is built");
        }
        Sizes sizes = Sizes.read(config, 256);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-6));
        Activation activation = Activation.read(config, "hidden_activation", "gelu_pytorch_tanh");
        Mlp mlp = new Mlp(sizes.inner(), Mlp.Form.GATED, activation, false);
        List<Boolean> windowed = Settings.windowedLayers(config, sizes.layers(), i -> (i + 1) % 6 != 0);
        return sizes.architecture(
                new Embedding(Math.sqrt(sizes.hidden()), 0, null),
                norm,
                new Head(Settings.tied(config, true), 1, config.number("final_logit_softcapping", 0, 1e6, 0)),
                NAMES,
                i -> {
                    boolean near = windowed.get(i) && i + 1 < sizes.layers(); // the last layer has no window
                    Attention attention = near ? near(config, sizes, norm) : far(config, sizes, norm, i);
                    return Layer.of(attention, mlp, norm).normed(Normed.AROUND).withScale();
                });
    }

    /** The attention of a layer with a window. */
    private static Attention near(Fields config, Sizes sizes, Norm norm) {
        return attention(config, "sliding_attention", sizes, sizes.keyHeads(), sizes.headSize(), norm)
                .windowed(Settings.window(config, 512));
    }

    /** The attention of a layer without a window. Its heads may have another size. Its values may be its keys. */
    private static Attention far(Fields config, Sizes sizes, Norm norm, int layer) {
        boolean keysAsValues = config.flag("attention_k_eq_v", false);
        int headSize = sizes.headSize();
        int keyHeads = sizes.keyHeads();
        if (config.hasObject("per_layer_config")) {
            Fields layers = config.object("per_layer_config");
            String name = Integer.toString(layer);
            if (layers.hasObject(name)) {
                headSize = layers.object(name).integer("head_dim", 2, Sizes.MAX_HEAD_SIZE, headSize);
                keyHeads = layers.object(name).integer("num_key_value_heads", 1, Sizes.MAX_HEADS, keyHeads);
            }
        } else {
            headSize = config.integer("global_head_dim", 2, Sizes.MAX_HEAD_SIZE, 512);
            String field = keysAsValues ? "num_global_key_value_heads" : "num_key_value_heads";
            keyHeads = config.integer(field, 1, Sizes.MAX_HEADS, keyHeads);
        }
        if (sizes.heads() % keyHeads != 0) {
            throw config.refused(
                    "num_global_key_value_heads",
                    "(" + keyHeads + ") does not divide num_attention_heads (" + sizes.heads() + ")");
        }
        return attention(config, "full_attention", sizes, keyHeads, headSize, norm)
                .projected(keysAsValues ? Projections.KEYS_AS_VALUES : Projections.SEPARATE);
    }

    private static Attention attention(Fields config, String kind, Sizes sizes, int keyHeads, int headSize, Norm norm) {
        Rope rope = config.has("rope_parameters")
                ? Ropes.named(config, kind, headSize, sizes.context(), 10_000)
                : kind.equals("sliding_attention")
                        ? Ropes.unscaled(headSize, 10_000, 1)
                        : Ropes.proportional(headSize, 1_000_000, 0.25);
        return Attention.of(sizes.heads(), keyHeads, headSize, rope)
                .scaled(1)
                .normed(new HeadNorms(norm, false, true))
                .biased(Settings.attentionBias(config, false));
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(2, 1, 0);
    }

    @Override
    public Map<String, Object> absentFields() {
        return Map.of(
                "vocab_size", 262_144,
                "max_position_embeddings", 131_072,
                "num_attention_heads", 8,
                "num_key_value_heads", 4,
                "head_dim", 256);
    }
}
