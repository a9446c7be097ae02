package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Attention.HeadNorms;
import io.attune.architecture.Experts;
import io.attune.architecture.Family;
import io.attune.architecture.Fields;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Role;
import io.attune.architecture.Ropes;
import io.attune.architecture.Settings;
import io.attune.architecture.Sizes;
import java.util.List;
import java.util.Map;

/** Qwen 3 with experts in all layers or in some layers. */
public final class Qwen3Moe implements Family {

    private static final Names NAMES = Names.LLAMA
            .with(Role.ROUTER, "mlp.gate")
            .with(Role.EXPERT_GATE, "mlp.experts.%d.gate_proj")
            .with(Role.EXPERT_UP, "mlp.experts.%d.up_proj")
            .with(Role.EXPERT_DOWN, "mlp.experts.%d.down_proj");

    @Override
    public String modelType() {
        return "qwen3_moe";
    }

    @Override
    public String className() {
        return "Qwen3MoeForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-6));
        Settings.requireOff(config, "output_router_logits");
        Attention attention = sizes.attention(Ropes.whole(config, sizes, 10_000))
                .normed(new HeadNorms(norm, false, false))
                .windowed(config.flag("use_sliding_window", false) ? Settings.window(config, 4096) : 0)
                .biased(Settings.attentionBias(config, false));
        Mlp mlp = new Mlp(sizes.inner(), Mlp.Form.GATED, Activation.read(config, "hidden_act", "silu"), false);
        String field = config.has("num_experts") ? "num_experts" : "num_local_experts";
        int count = config.integer(field, 0, Sizes.MAX_EXPERTS, 128);
        Experts experts = new Experts(
                count,
                config.integer("num_experts_per_tok", 1, Math.max(1, count), 8),
                config.integer("moe_intermediate_size", 1, Sizes.MAX_WIDTH, 768),
                config.flag("norm_topk_prob", false),
                Experts.Form.GATED);
        int step = config.integer("decoder_sparse_step", 1, Sizes.MAX_LAYERS, 1);
        List<Integer> plain = config.has("mlp_only_layers") ? config.integers("mlp_only_layers") : List.of();
        return sizes.architecture(norm, Head.plain(Settings.tied(config, false)), NAMES, i -> {
            boolean sparse = count > 0 && (i + 1) % step == 0 && !plain.contains(i);
            return Layer.of(attention, sparse ? experts : mlp, norm);
        });
    }

    @Override
    public Map<String, Object> absentFields() {
        return Map.of("num_key_value_heads", 4);
    }
}
