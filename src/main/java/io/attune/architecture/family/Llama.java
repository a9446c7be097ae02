package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Family;
import io.attune.architecture.Fields;
import io.attune.architecture.GgufForm;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Ropes;
import io.attune.architecture.Settings;
import io.attune.architecture.Sizes;
import java.util.Optional;

/** Llama, and the many models with its architecture: SmolLM, TinyLlama, Yi, DeepSeek's distillates, ... */
public final class Llama implements Family {

    @Override
    public String modelType() {
        return "llama";
    }

    @Override
    public String className() {
        return "LlamaForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Settings.requireOff(config, "rope_interleaved", "use_qk_norm");
        Sizes sizes = Sizes.read(config);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-6));
        Attention attention =
                sizes.attention(Ropes.whole(config, sizes, 10_000)).biased(Settings.attentionBias(config, false));
        Mlp mlp = new Mlp(
                sizes.inner(),
                Mlp.Form.GATED,
                Activation.read(config, "hidden_act", "silu"),
                config.flag("mlp_bias", false));
        Layer layer = Layer.of(attention, mlp, norm);
        return sizes.architecture(norm, Head.plain(Settings.tied(config, false)), Names.LLAMA, i -> layer);
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(1, 2, null);
    }

    @Override
    public Optional<GgufForm> gguf() {
        return Optional.of(GgufForm.of("llama").interleavingRows());
    }
}
