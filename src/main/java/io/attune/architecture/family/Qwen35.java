package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Attention.HeadNorms;
import io.attune.architecture.Attention.Projections;
import io.attune.architecture.DeltaNet;
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

/** Qwen 3.5, its text half: gated delta nets, and gated attention in every fourth layer. */
public final class Qwen35 implements Family {

    private static final Names NAMES = Names.LLAMA
            .with(Role.DELTA_QKV, "linear_attn.in_proj_qkv")
            .with(Role.DELTA_GATE, "linear_attn.in_proj_z")
            .with(Role.DELTA_BETA, "linear_attn.in_proj_b")
            .with(Role.DELTA_ALPHA, "linear_attn.in_proj_a")
            .with(Role.DELTA_CONVOLUTION, "linear_attn.conv1d")
            .with(Role.DELTA_DECAY, "linear_attn.A_log")
            .with(Role.DELTA_STEP, "linear_attn.dt_bias")
            .with(Role.DELTA_NORM, "linear_attn.norm")
            .with(Role.DELTA_OUT, "linear_attn.out_proj");

    @Override
    public String modelType() {
        return "qwen3_5_text";
    }

    @Override
    public String className() {
        return "Qwen3_5ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config, 256);
        Norm norm = Norm.rmsAroundOne(Settings.rmsEpsilon(config, 1e-6));
        Attention attention = sizes.attention(Ropes.read(config, sizes, 10_000, 0.25))
                .projected(Projections.GATED)
                .normed(new HeadNorms(norm, false, false))
                .biased(Settings.attentionBias(config, false));
        DeltaNet delta = delta(config, norm.epsilon());
        Mlp mlp = new Mlp(sizes.inner(), Mlp.Form.GATED, Activation.read(config, "hidden_act", "silu"), false);
        int interval = config.integer("full_attention_interval", 1, Sizes.MAX_LAYERS, 4);
        List<Boolean> linear = Settings.layersOf(
                config, sizes.layers(), "linear_attention", "full_attention", i -> (i + 1) % interval != 0);
        return sizes.architecture(
                norm,
                Head.plain(Settings.tied(config, false)),
                NAMES,
                i -> Layer.of(linear.get(i) ? delta : attention, mlp, norm));
    }

    private static DeltaNet delta(Fields config, double epsilon) {
        int valueHeads = config.integer("linear_num_value_heads", 1, Sizes.MAX_HEADS, 32);
        int keyHeads = config.integer("linear_num_key_heads", 1, Sizes.MAX_HEADS, 16);
        if (valueHeads % keyHeads != 0) {
            throw config.refused(
                    "linear_num_key_heads",
                    "(" + keyHeads + ") does not divide linear_num_value_heads (" + valueHeads + ")");
        }
        return new DeltaNet(
                keyHeads,
                valueHeads,
                config.integer("linear_key_head_dim", 1, Sizes.MAX_HEAD_SIZE, 128),
                config.integer("linear_value_head_dim", 1, Sizes.MAX_HEAD_SIZE, 128),
                config.integer("linear_conv_kernel_dim", 2, 64, 4),
                Norm.rms(epsilon));
    }

    /** The weights of the heads that predict several tokens ahead. */
    @Override
    public List<String> leftOut() {
        return List.of("mtp.");
    }

    @Override
    public Map<String, Object> absentFields() {
        return Map.of("num_key_value_heads", 4);
    }
}
