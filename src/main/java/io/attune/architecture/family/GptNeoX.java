package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Attention.Projections;
import io.attune.architecture.Family;
import io.attune.architecture.Fields;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Role;
import io.attune.architecture.Rope;
import io.attune.architecture.Ropes;
import io.attune.architecture.Settings;
import io.attune.architecture.Sizes;

/** GPT-NeoX and Pythia: both parts in parallel, and rotary positions in a share of each head. */
public final class GptNeoX implements Family {

    private static final Names NAMES = Names.LLAMA
            .under("gpt_neox.", "layers.")
            .with(Role.EMBEDDING, "embed_in")
            .with(Role.FINAL_NORM, "final_layer_norm")
            .with(Role.HEAD, "embed_out")
            .with(Role.QKV, "attention.query_key_value")
            .with(Role.O, "attention.dense")
            .with(Role.UP, "mlp.dense_h_to_4h")
            .with(Role.DOWN, "mlp.dense_4h_to_h");

    @Override
    public String modelType() {
        return "gpt_neox";
    }

    @Override
    public String className() {
        return "GPTNeoXForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config);
        Norm norm = Norm.layer(config.number("layer_norm_eps", 0, 1, 1e-5), true);
        Rope rope = Ropes.read(
                config,
                sizes,
                config.number("rotary_emb_base", 1, 1e12, 10_000),
                config.number("rotary_pct", 0, 1, 0.25));
        Attention attention =
                sizes.attention(rope).projected(Projections.FUSED_BY_HEAD).biased(Settings.attentionBias(config, true));
        Mlp mlp = new Mlp(sizes.inner(), Mlp.Form.PLAIN, Activation.read(config, "hidden_act", "gelu"), true);
        Layer layer = Layer.of(attention, mlp, norm).inParallel(config.flag("use_parallel_residual", true));
        return sizes.architecture(norm, Head.plain(Settings.tied(config, false)), NAMES, i -> layer);
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(0, 2, null);
    }
}
