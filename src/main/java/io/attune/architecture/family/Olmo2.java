package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Attention.HeadNorms;
import io.attune.architecture.Family;
import io.attune.architecture.Fields;
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

/** OLMo 2: norms after each part, and norms over all heads of queries and keys. */
public final class Olmo2 implements Family {

    static final Names NAMES = Names.LLAMA
            .with(Role.ATTENTION_POST_NORM, "post_attention_layernorm")
            .with(Role.MLP_POST_NORM, "post_feedforward_layernorm");

    @Override
    public String modelType() {
        return "olmo2";
    }

    @Override
    public String className() {
        return "Olmo2ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-5));
        Attention attention = sizes.attention(Ropes.whole(config, sizes, 10_000))
                .normed(new HeadNorms(norm, true, false))
                .biased(Settings.attentionBias(config, false));
        Layer layer = Layer.of(
                        attention,
                        new Mlp(sizes.inner(), Mlp.Form.GATED, Activation.read(config, "hidden_act", "silu"), false),
                        norm)
                .normed(Normed.AFTER);
        return sizes.architecture(norm, Head.plain(Settings.tied(config, false)), NAMES, i -> layer);
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(null, 50279, 1);
    }
}
