package io.attune.architecture.family;

import io.attune.architecture.Activation;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Attention.Bias;
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
import java.util.Map;
import java.util.Optional;

/** StarCoder 2: Mistral with layer norms, a plain MLP and biases. */
public final class Starcoder2 implements Family {

    private static final Names NAMES = Names.LLAMA.with(Role.UP, "mlp.c_fc").with(Role.DOWN, "mlp.c_proj");

    @Override
    public String modelType() {
        return "starcoder2";
    }

    @Override
    public String className() {
        return "Starcoder2ForCausalLM";
    }

    @Override
    public Architecture read(Fields config) {
        Sizes sizes = Sizes.read(config);
        boolean bias = config.flag("use_bias", true);
        Norm norm = Norm.layer(config.number("norm_epsilon", 0, 1, 1e-5), true);
        Attention attention = sizes.attention(Ropes.whole(config, sizes, 10_000))
                .windowed(Settings.window(config, 0))
                .biased(bias ? Bias.ALL : Bias.NONE);
        Activation activation = Activation.read(config, "hidden_act", "gelu_pytorch_tanh");
        Layer layer = Layer.of(attention, new Mlp(sizes.inner(), Mlp.Form.PLAIN, activation, bias), norm);
        return sizes.architecture(norm, Head.plain(Settings.tied(config, true)), NAMES, i -> layer);
    }

    @Override
    public TokenIds absentTokens() {
        return new TokenIds(50256, 50256, null);
    }

    @Override
    public Optional<GgufForm> gguf() {
        return Optional.of(GgufForm.of("starcoder2")
                .with("attention.layer_norm_epsilon", "norm_epsilon")
                .with("attention.sliding_window", "sliding_window"));
    }

    @Override
    public Map<String, Object> absentFields() {
        return Map.of("num_key_value_heads", 2);
    }
}
