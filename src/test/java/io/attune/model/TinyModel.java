package io.attune.model;

import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Experts;
import io.attune.architecture.Layer;
import io.attune.architecture.Names;
import io.attune.architecture.Role;
import io.attune.architecture.Weight;
import io.attune.format.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A tiny random model for each kind of decoder layer, and rows that are long enough for its special properties. */
enum TinyModel {
    PLAIN("llama", 90, 40, ""),
    GROUPED("llama", 90, 40, "'num_key_value_heads': 2"),
    WINDOW("mistral", 620, 90, "'num_key_value_heads': 2, 'sliding_window': 40"),
    WIDE_WINDOW("mistral", 760, 340, "'num_key_value_heads': 4, 'sliding_window': 300"),
    SOFT_CAPS("gemma2", 330, 60, """
            'num_key_value_heads': 2, 'sliding_window': 24, 'query_pre_attn_scalar': 8, 'attn_logit_softcapping': 2.0,
            'final_logit_softcapping': 3.0"""),
    NORMED_HEADS("gemma3_text", 330, 60, """
            'num_key_value_heads': 1, 'sliding_window': 24, 'query_pre_attn_scalar': 8,
            'layer_types': ['sliding_attention', 'full_attention']"""),
    NORMED_VALUES("gemma4_text", 330, 60, """
            'num_key_value_heads': 2, 'sliding_window': 24, 'layer_types': ['sliding_attention', 'full_attention'],
            'hidden_size_per_layer_input': 0, 'num_kv_shared_layers': 0"""),
    SINKS("mistral", 330, 60, "'num_key_value_heads': 2, 'sliding_window': 24") {
        @Override
        Architecture of(Architecture read) {
            Layer first = read.layers().get(0);
            Attention attention = ((Attention) first.mixer()).sinking();
            Experts experts = new Experts(4, 2, 48, true, Experts.Form.CLAMPED_FUSED);
            Names names = read.names()
                    .with(Role.SINKS, "self_attn.sinks")
                    .with(Role.ROUTER, "mlp.router")
                    .with(Role.EXPERTS_GATE_UP, "mlp.experts.gate_up_proj")
                    .with(Role.EXPERTS_GATE_UP_BIAS, "mlp.experts.gate_up_proj_bias")
                    .with(Role.EXPERTS_DOWN, "mlp.experts.down_proj")
                    .with(Role.EXPERTS_DOWN_BIAS, "mlp.experts.down_proj_bias");
            List<Layer> layers = List.of(
                    Layer.of(attention, experts, first.norm()), Layer.of(attention.windowed(0), experts, first.norm()));
            return new Architecture(
                    read.vocabulary(),
                    read.hidden(),
                    read.context(),
                    read.embedding(),
                    layers,
                    read.norm(),
                    read.head(),
                    names);
        }
    },
    SLOPES("bloom", 90, 40, "'n_head': 4, 'n_layer': 2"),
    SLOPES_OF_SIX_HEADS("bloom", 90, 40, "'n_head': 6, 'n_layer': 2"),
    LEARNED_POSITIONS("gpt2", 90, 40, "'n_head': 4, 'n_layer': 2, 'n_embd': 48, 'n_positions': 1024"),
    PARALLEL("gpt_neox", 90, 40, "'rotary_pct': 0.5"),
    NEIGHBOURS("glm4", 90, 40, """
            'num_key_value_heads': 2, 'attention_bias': true,
            'rope_parameters': {'rope_type': 'default', 'rope_theta': 10000.0, 'partial_rotary_factor': 0.5}"""),
    GROWING_QUERIES("ministral3", 90, 40, """
            'num_key_value_heads': 2, 'rope_parameters': {'rope_type': 'yarn', 'rope_theta': 10000.0, 'factor': 16.0,
            'original_max_position_embeddings': 32, 'llama_4_scaling_beta': 0.5}"""),
    EXPERTS("mixtral", 90, 40, "'num_key_value_heads': 2, 'num_local_experts': 4, 'num_experts_per_tok': 2"),
    NORMALISED_EXPERTS("qwen3_moe", 90, 40, """
            'num_key_value_heads': 2, 'num_experts': 6, 'num_experts_per_tok': 2, 'moe_intermediate_size': 24,
            'norm_topk_prob': true"""),
    DELTA_NET("qwen3_5_text", 210, 100, """
            'num_key_value_heads': 2, 'layer_types': ['linear_attention', 'full_attention'], 'linear_key_head_dim': 8,
            'linear_num_key_heads': 2, 'linear_num_value_heads': 4, 'linear_value_head_dim': 8,
            'linear_conv_kernel_dim': 4"""),
    LONG_ROPE("phi3", 90, 40, """
            'num_key_value_heads': 2, 'original_max_position_embeddings': 64,
            'rope_parameters': {'rope_type': 'longrope',
            'rope_theta': 10000.0, 'factor': 16.0, 'original_max_position_embeddings': 64,
            'short_factor': [1.0, 1.1, 1.2, 1.3], 'long_factor': [1.5, 1.8, 2.1, 2.4]}""");

    private static final String SIZES = """
            'vocab_size': 96, 'hidden_size': 48, 'intermediate_size': 48, 'num_hidden_layers': 2,
            'num_attention_heads': 4,
            'head_dim': 8, 'max_position_embeddings': 1024""";

    /** With weights as small as a new model's, attention scores are nearly equal. */
    private static final float LARGER = 5;

    private final String type;
    private final int longest;
    private final int prefix;
    private final String fields;

    TinyModel(String type, int longest, int prefix, String fields) {
        this.type = type;
        this.longest = longest;
        this.prefix = prefix;
        this.fields = fields;
    }

    /** The number of tokens of the longest rows that show the special properties. */
    int longest() {
        return longest;
    }

    /** The number of tokens of the longest common beginning. */
    int prefix() {
        return prefix;
    }

    Architecture architecture(Path folder) throws IOException {
        String own = fields.isEmpty() ? "" : ", " + fields;
        String config = "{'model_type': '" + type + "', " + SIZES + own + "}";
        Files.writeString(folder.resolve("config.json"), config.replace('\'', '"'));
        return of(ModelConfig.read(folder).architecture());
    }

    /** Returns the architecture to test, from the one that was read. */
    Architecture of(Architecture read) {
        return read;
    }

    /** Returns random parameters. The same seed gives the same parameters. */
    static Parameters parameters(Torch torch, Architecture architecture, long seed) {
        Parameters parameters = Parameters.random(torch, architecture, seed);
        for (Weight weight : architecture.weights()) {
            if (weight.init() == Weight.Init.NORMAL) {
                parameters.tensors().get(weight.name()).muli(LARGER);
            }
        }
        return parameters;
    }
}
