package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Attention.Bias;
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
import java.util.Map;

/**
 * GLM 4: norms around each part, rotary positions with pairs of neighbours in a share of each head, gate and up in
 * one weight.
 */
public final class Glm4 implements Family {

    private static final Names NAMES = Names.LLAMA
            .with(Role.ATTENTION_POST_NORM, "post_self_attn_layernorm")
            .with(Role.MLP_POST_NORM, "post_mlp_layernorm")
            .with(Role.GATE_UP, "mlp.gate_up_proj");

    @Override
    public String modelType() {
        return "glm4";
    }

    @Override
    public String className() {
        return "Glm4ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config, 128);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1.5625e-7));
        Attention attention = sizes.attention(
                        Ropes.read(config, sizes, 10_000, 0.5).turningNeighbours())
                .biased(config.flag("attention_bias", false) ? Bias.INPUTS : Bias.NONE);
        Layer layer = Layer.of(
                        attention,
                        new Mlp(
                                sizes.inner(),
                                Mlp.Form.GATED_FUSED,
                                Activation.read(config, "hidden_act", "silu"),
                                false),
                        norm)
                .normed(Normed.AROUND);
        return sizes.architecture(norm, Head.plain(Settings.tied(config, false)), NAMES, i -> layer);
    }

    @Override
    public Map<String, Object> absentFields() {
        return Map.of("num_key_value_heads", 2, "attention_bias", true);
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(null, 151329, 151329);
    }
}
