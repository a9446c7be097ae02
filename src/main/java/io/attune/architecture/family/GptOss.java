package io.attune.architecture.family;

import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Experts;
import io.attune.architecture.Family;
import io.attune.architecture.Fields;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Role;
import io.attune.architecture.Ropes;
import io.attune.architecture.Settings;
import io.attune.architecture.Sizes;
import java.util.List;
import java.util.Map;

/** gpt-oss: experts, sinks, and a window in every other layer. */
public final class GptOss implements Family {

    private static final Names NAMES = Names.LLAMA
            .with(Role.SINKS, "self_attn.sinks")
            .with(Role.ROUTER, "mlp.router")
            .with(Role.EXPERTS_GATE_UP, "mlp.experts.gate_up_proj")
            .with(Role.EXPERTS_GATE_UP_BIAS, "mlp.experts.gate_up_proj_bias")
            .with(Role.EXPERTS_DOWN, "mlp.experts.down_proj")
            .with(Role.EXPERTS_DOWN_BIAS, "mlp.experts.down_proj_bias");

    @Override
    public String modelType() {
        return "gpt_oss";
    }

    @Override
    public String className() {
        return "GptOssForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        requireSwiglu(config);
        Settings.requireOff(config, "output_router_logits");
        Sizes sizes = Sizes.read(config, 64);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-5));
        Attention attention = sizes.attention(Ropes.whole(config, sizes, 150_000))
                .sinking()
                .biased(Settings.attentionBias(config, true));
        int count = config.integer("num_local_experts", 1, Sizes.MAX_EXPERTS, 128);
        Experts experts = new Experts(
                count,
                config.integer("num_experts_per_tok", 1, count, 4),
                sizes.inner(),
                true,
                Experts.Form.CLAMPED_FUSED);
        int window = Settings.window(config, 128);
        List<Boolean> windowed = Settings.windowedLayers(config, sizes.layers(), i -> i % 2 == 0);
        return sizes.architecture(
                norm,
                Head.plain(Settings.tied(config, false)),
                NAMES,
                i -> Layer.of(attention.windowed(windowed.get(i) ? window : 0), experts, norm));
    }

    private static void requireSwiglu(Fields config) {
        if (config.number("swiglu_alpha", 0, 1e6, 1.702) != 1.702 || config.number("swiglu_limit", 0, 1e6, 7) != 7) {
            throw config.refused("swiglu_alpha", "and swiglu_limit are not 1.702 and 7.0; others are not built");
        }
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(null, 200002, 199999);
    }

    @Override
    public Map<String, Object> absentFields() {
        return Map.of(
                "num_key_value_heads",
                8,
                "rope_scaling",
                Map.of(
                        "rope_type",
                        "yarn",
                        "factor",
                        32.0,
                        "beta_fast",
                        32.0,
                        "beta_slow",
                        1.0,
                        "truncate",
                        false,
                        "original_max_position_embeddings",
                        4096));
    }
}
