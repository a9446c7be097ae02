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
import java.util.Map;

/** Mixtral: Mistral with experts. */
public final class Mixtral implements Family {

    private static final Names NAMES = Names.LLAMA
            .with(Role.ROUTER, "block_sparse_moe.gate")
            .with(Role.EXPERT_GATE, "block_sparse_moe.experts.%d.w1")
            .with(Role.EXPERT_UP, "block_sparse_moe.experts.%d.w3")
            .with(Role.EXPERT_DOWN, "block_sparse_moe.experts.%d.w2");

    @Override
    public String modelType() {
        return "mixtral";
    }

    @Override
    public String className() {
        return "MixtralForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-5));
        Settings.requireOff(config, "router_jitter_noise", "output_router_logits");
        int count = config.integer("num_local_experts", 1, Sizes.MAX_EXPERTS, 8);
        Experts experts = new Experts(
                count, config.integer("num_experts_per_tok", 1, count, 2), sizes.inner(), true, Experts.Form.GATED);
        Attention attention =
                sizes.attention(Ropes.whole(config, sizes, 1_000_000)).windowed(Settings.window(config, 0));
        Layer layer = Layer.of(attention, experts, norm);
        return sizes.architecture(norm, Head.plain(Settings.tied(config, false)), NAMES, i -> layer);
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(1, 2, null);
    }

    @Override
    public Map<String, Object> absentFields() {
        return Map.of("num_key_value_heads", 8);
    }
}
