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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** SmolLM 3: Llama, with some layers without positions. */
public final class SmolLm3 implements Family {

    @Override
    public String modelType() {
        return "smollm3";
    }

    @Override
    public String className() {
        return "SmolLM3ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-6));
        Attention turned =
                sizes.attention(Ropes.whole(config, sizes, 2_000_000)).biased(Settings.attentionBias(config, false));
        Mlp mlp = new Mlp(
                sizes.inner(),
                Mlp.Form.GATED,
                Activation.read(config, "hidden_act", "silu"),
                config.flag("mlp_bias", false));
        int interval = config.integer("no_rope_layer_interval", 1, Sizes.MAX_LAYERS, 4);
        List<Integer> flags = config.has("no_rope_layers") ? config.integers("no_rope_layers") : null;
        if (flags != null && flags.size() != sizes.layers()) {
            throw config.refused(
                    "no_rope_layers", "holds " + flags.size() + " numbers; there are " + sizes.layers() + " layers");
        }
        int window = config.flag("use_sliding_window", false) ? Settings.window(config, 0) : 0;
        List<Boolean> windowed = Settings.windowedLayers(config, sizes.layers(), i -> {
            return window > 0 && (flags == null ? (i + 1) % interval == 0 : flags.get(i) == 0);
        });
        return sizes.architecture(norm, Head.plain(Settings.tied(config, true)), Names.LLAMA, i -> {
            boolean turns = flags == null ? (i + 1) % interval != 0 : flags.get(i) == 1;
            Attention attention = turns ? turned : turned.turned(null);
            return Layer.of(attention.windowed(windowed.get(i) ? window : 0), mlp, norm);
        });
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(128000, 128001, 128004);
    }

    @Override
    public Optional<GgufForm> gguf() {
        return Optional.of(GgufForm.of("smollm3").interleavingRows());
    }

    @Override
    public Map<String, Object> absentFields() {
        return Map.of("num_key_value_heads", 4, "rope_theta", 2_000_000.0);
    }
}
