package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Embedding;
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

/** Granite: Llama with four multipliers. */
public final class Granite implements Family {

    @Override
    public String modelType() {
        return "granite";
    }

    @Override
    public String className() {
        return "GraniteForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-6));
        Attention attention = sizes.attention(Ropes.whole(config, sizes, 10_000))
                .scaled(config.number("attention_multiplier", 0, 1e6, 1))
                .biased(Settings.attentionBias(config, false));
        Mlp mlp = new Mlp(
                sizes.inner(),
                Mlp.Form.GATED,
                Activation.read(config, "hidden_act", "silu"),
                config.flag("mlp_bias", false));
        Layer layer = Layer.of(attention, mlp, norm).addedTimes(config.number("residual_multiplier", 0, 1e6, 1));
        return sizes.architecture(
                new Embedding(config.number("embedding_multiplier", 0, 1e6, 1), 0, null),
                norm,
                new Head(Settings.tied(config, false), 1 / config.number("logits_scaling", 1e-6, 1e6, 1), 0),
                Names.LLAMA,
                i -> layer);
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(1, 2, null);
    }

    @Override
    public Optional<GgufForm> gguf() {
        return Optional.of(GgufForm.of("granite")
                .interleavingRows()
                .with("attention.scale", "attention_multiplier")
                .with("embedding_scale", "embedding_multiplier")
                .with("residual_scale", "residual_multiplier")
                .with("logit_scale", "logits_scaling"));
    }
}
