package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Attention.Projections;
import io.attune.architecture.Family;
import io.attune.architecture.Fields;
import io.attune.architecture.GgufForm;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Role;
import io.attune.architecture.Ropes;
import io.attune.architecture.Settings;
import io.attune.architecture.Sizes;
import java.util.Optional;

/** Phi 3, 3.5 and 4: fused weights and LongRoPE. */
public final class Phi3 implements Family {

    private static final Names NAMES =
            Names.LLAMA.with(Role.QKV, "self_attn.qkv_proj").with(Role.GATE_UP, "mlp.gate_up_proj");

    @Override
    public String modelType() {
        return "phi3";
    }

    @Override
    public String className() {
        return "Phi3ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-5));
        Attention attention = sizes.attention(Ropes.read(config, sizes, 10_000, 1))
                .projected(Projections.FUSED)
                .windowed(Settings.window(config, 0));
        Layer layer = Layer.of(
                attention,
                new Mlp(sizes.inner(), Mlp.Form.GATED_FUSED, Activation.read(config, "hidden_act", "silu"), false),
                norm);
        return sizes.architecture(norm, Head.plain(Settings.tied(config, false)), NAMES, i -> layer);
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(1, 32000, 32000);
    }

    @Override
    public Optional<GgufForm> gguf() {
        return Optional.of(GgufForm.of("phi3").with("attention.sliding_window", "sliding_window"));
    }
}
