package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Attention.HeadNorms;
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

/** Qwen 3: norms over each head of queries and keys. */
public final class Qwen3 implements Family {

    @Override
    public String modelType() {
        return "qwen3";
    }

    @Override
    public String className() {
        return "Qwen3ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config, 128);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-6));
        Attention attention = sizes.attention(Ropes.whole(config, sizes, 10_000))
                .normed(new HeadNorms(norm, false, false))
                .biased(Settings.attentionBias(config, false));
        Mlp mlp = new Mlp(sizes.inner(), Mlp.Form.GATED, Activation.read(config, "hidden_act", "silu"), false);
        List<Integer> windows = Settings.windowsFrom(config, sizes.layers());
        return sizes.architecture(
                norm,
                Head.plain(Settings.tied(config, false)),
                Names.LLAMA,
                i -> Layer.of(attention.windowed(windows.get(i)), mlp, norm));
    }

    @Override
    public Optional<GgufForm> gguf() {
        return Optional.of(GgufForm.of("qwen3"));
    }

    @Override
    public Map<String, Object> absentFields() {
        return Map.of("num_key_value_heads", 32);
    }
}
