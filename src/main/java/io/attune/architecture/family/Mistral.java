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
import java.util.Map;
import java.util.Optional;

/** Mistral 7B and similar models: Llama, in some models with a window. */
public final class Mistral implements Family {

    @Override
    public String modelType() {
        return "mistral";
    }

    @Override
    public String className() {
        return "MistralForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-6));
        Attention attention =
                sizes.attention(Ropes.whole(config, sizes, 10_000)).windowed(Settings.window(config, 4096));
        Layer layer = Layer.of(
                attention,
                new Mlp(sizes.inner(), Mlp.Form.GATED, Activation.read(config, "hidden_act", "silu"), false),
                norm);
        return sizes.architecture(norm, Head.plain(Settings.tied(config, false)), Names.LLAMA, i -> layer);
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(1, 2, null);
    }

    /**
     * A GGUF file of Mistral has the architecture llama, so the importer reads it as Llama. Such files hold no
     * window.
     */
    @Override
    public Optional<GgufForm> gguf() {
        return Optional.of(GgufForm.of("llama").interleavingRows());
    }

    @Override
    public Map<String, Object> absentFields() {
        return Map.of("num_key_value_heads", 8);
    }
}
