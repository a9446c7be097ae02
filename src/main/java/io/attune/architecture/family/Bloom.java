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

/** BLOOM: layer norms, and scores that fall with distance. */
public final class Bloom implements Family {

    private static final Names NAMES = Names.LLAMA
            .under("transformer.", "h.")
            .with(Role.EMBEDDING, "word_embeddings")
            .with(Role.EMBEDDING_NORM, "word_embeddings_layernorm")
            .with(Role.FINAL_NORM, "ln_f")
            .with(Role.QKV, "self_attention.query_key_value")
            .with(Role.O, "self_attention.dense")
            .with(Role.UP, "mlp.dense_h_to_4h")
            .with(Role.DOWN, "mlp.dense_4h_to_h");

    @Override
    public String modelType() {
        return "bloom";
    }

    @Override
    public String className() {
        return "BloomForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Settings.requireOff(config, "apply_residual_connection_post_layernorm");
        int hidden = config.integer(config.has("hidden_size") ? "hidden_size" : "n_embed", 1, Sizes.MAX_WIDTH);
        int heads = config.integer(config.has("n_head") ? "n_head" : "num_attention_heads", 1, Sizes.MAX_HEADS);
        if (hidden % heads != 0) {
            throw config.refused("hidden_size", "(" + hidden + ") is not divisible by n_head (" + heads + ")");
        }
        Sizes sizes = new Sizes(
                config.integer("vocab_size", 1, Sizes.MAX_VOCABULARY),
                hidden,
                4 * hidden,
                config.integer(config.has("n_layer") ? "n_layer" : "num_hidden_layers", 1, Sizes.MAX_LAYERS),
                heads,
                heads,
                hidden / heads,
                config.integer("seq_length", 1, Sizes.MAX_CONTEXT, 2048));
        Norm norm = Norm.layer(config.number("layer_norm_epsilon", 0, 1, 1e-5), true);
        Attention attention = sizes.attention(null)
                .projected(Projections.FUSED_BY_HEAD)
                .biased(Bias.ALL)
                .sloped();
        Layer layer = Layer.of(attention, new Mlp(sizes.inner(), Mlp.Form.PLAIN, Activation.GELU_TANH, true), norm);
        return sizes.architecture(
                new Embedding(1, 0, norm), norm, Head.plain(Settings.tied(config, true)), NAMES, i -> layer);
    }

    @Override
    public List<String> otherStems() {
        return List.of("");
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(1, 2, 3);
    }
}
