package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Attention.Bias;
import io.attune.architecture.Attention.Projections;
import io.attune.architecture.Embedding;
import io.attune.architecture.Family;
import io.attune.architecture.Fields;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Role;
import io.attune.architecture.Settings;
import io.attune.architecture.Sizes;
import java.util.List;

/** GPT-2: layer norms, learned positions, and weights as [inputs, outputs]. */
public final class Gpt2 implements Family {

    private static final Names NAMES = Names.LLAMA
            .under("transformer.", "h.")
            .with(Role.EMBEDDING, "wte")
            .with(Role.POSITIONS, "wpe")
            .with(Role.FINAL_NORM, "ln_f")
            .with(Role.ATTENTION_NORM, "ln_1")
            .with(Role.QKV, "attn.c_attn")
            .with(Role.O, "attn.c_proj")
            .with(Role.MLP_NORM, "ln_2")
            .with(Role.UP, "mlp.c_fc")
            .with(Role.DOWN, "mlp.c_proj");

    @Override
    public String modelType() {
        return "gpt2";
    }

    @Override
    public String className() {
        return "GPT2LMHeadModel";
    }

    @Override
    public Architecture read(Fields config) {
        Settings.requireOff(config, "scale_attn_by_inverse_layer_idx", "add_cross_attention");
        if (!config.flag("scale_attn_weights", true)) {
            throw config.refused("scale_attn_weights", "is false; only true is built");
        }
        int hidden = config.integer("n_embd", 1, Sizes.MAX_WIDTH, 768);
        int heads = config.integer("n_head", 1, Sizes.MAX_HEADS, 12);
        int context = config.integer("n_positions", 1, Sizes.MAX_CONTEXT, 1024);
        if (hidden % heads != 0) {
            throw config.refused("n_embd", "(" + hidden + ") is not divisible by n_head (" + heads + ")");
        }
        Sizes sizes = new Sizes(
                config.integer("vocab_size", 1, Sizes.MAX_VOCABULARY),
                hidden,
                config.integer("n_inner", 1, Sizes.MAX_WIDTH, 4 * hidden),
                config.integer("n_layer", 1, Sizes.MAX_LAYERS, 12),
                heads,
                heads,
                hidden / heads,
                context);
        Norm norm = Norm.layer(config.number("layer_norm_epsilon", 0, 1, 1e-5), true);
        Attention attention = sizes.attention(null).projected(Projections.FUSED).biased(Bias.ALL);
        Activation activation = Activation.read(config, "activation_function", "gelu_new");
        Layer layer = Layer.of(attention, new Mlp(sizes.inner(), Mlp.Form.PLAIN, activation, true), norm)
                .withTransposedWeights();
        return sizes.architecture(
                new Embedding(1, context, null), norm, Head.plain(Settings.tied(config, true)), NAMES, i -> layer);
    }

    @Override
    public List<String> otherStems() {
        return List.of("");
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(50256, 50256, null);
    }
}
