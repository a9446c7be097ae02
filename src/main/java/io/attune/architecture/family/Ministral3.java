package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Family;
import io.attune.architecture.Fields;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Names;
import io.attune.architecture.Norm;
import io.attune.architecture.Ropes;
import io.attune.architecture.Settings;
import io.attune.architecture.Sizes;
import java.util.Map;

/** Ministral 3: Mistral with YaRN, and with queries that grow with their position. */
public final class Ministral3 implements Family {

    @Override
    public String modelType() {
        return "ministral3";
    }

    @Override
    public String className() {
        return "Ministral3ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config);
        Norm norm = Norm.rms(Settings.rmsEpsilon(config, 1e-5));
        Fields rope = config.object("rope_parameters");
        Attention attention = sizes.attention(Ropes.whole(config, sizes, 1_000_000))
                .windowed(Settings.window(config, 0))
                .growing(
                        rope.number("llama_4_scaling_beta", 0, 1e6, 0),
                        rope.integer("original_max_position_embeddings", 1, Sizes.MAX_CONTEXT));
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

    @Override
    public Map<String, Object> absentFields() {
        return Map.of("num_key_value_heads", 8);
    }
}
