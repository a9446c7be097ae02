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
import io.attune.architecture.Norm;
import io.attune.architecture.Rope;
import io.attune.architecture.Ropes;
import io.attune.architecture.Settings;
import io.attune.architecture.Sizes;
import java.util.List;

/** OLMo 3: OLMo 2 with windows in three of four layers. */
public final class Olmo3 implements Family {

    @Override
    public String modelType() {
        return "olmo3";
    }

    @Override
    public String className() {
        return "Olmo3ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-5));
        Attention attention = sizes.attention(null)
                .normed(new HeadNorms(norm, true, false))
                .biased(Settings.attentionBias(config, false));
        Mlp mlp = new Mlp(sizes.inner(), Mlp.Form.GATED, Activation.read(config, "hidden_act", "silu"), false);
        List<Boolean> windowed = Settings.windowedLayers(config, sizes.layers(), i -> (i + 1) % 4 != 0);
        Attention near =
                attention.turned(rope(config, sizes, "sliding_attention")).windowed(Settings.window(config, 4096));
        Attention far = attention.turned(rope(config, sizes, "full_attention"));
        return sizes.architecture(
                norm,
                Head.plain(Settings.tied(config, false)),
                Olmo2.NAMES,
                i -> Layer.of(windowed.get(i) ? near : far, mlp, norm).normed(Normed.AFTER));
    }

    /**
     * The positions of one kind of layer. In the older form, {@code rope_scaling} holds for the layers without a
     * window.
     */
    private static Rope rope(Fields config, Sizes sizes, String kind) {
        double theta = config.number("rope_theta", 1, 1e12, 500_000);
        if (config.has("rope_parameters")) {
            return config.object("rope_parameters").hasObject(kind)
                    ? Ropes.named(config, kind, sizes.headSize(), sizes.context(), theta)
                    : Ropes.whole(config, sizes, theta);
        }
        return kind.equals("full_attention")
                ? Ropes.scaled(config, "rope_scaling", sizes.headSize(), sizes.context(), theta)
                : Ropes.unscaled(sizes.headSize(), theta, 1);
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(null, 50279, 1);
    }
}
