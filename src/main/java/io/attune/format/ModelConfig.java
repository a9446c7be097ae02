package io.attune.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What config.json says of a decoder, in the words of Hugging Face transformers' {@code LlamaConfig}. Both writings are read:
 * {@code rope_theta} + {@code rope_scaling} (transformers 4) and {@code rope_parameters} (transformers 5).
 *
 * @param modelType {@code llama}
 * @param headDim size of one attention head; heads x headDim need not be the hidden size
 * @param kvHeads key and value heads; divides {@code heads}
 * @param maxPositions the context length in tokens
 * @param tiedEmbeddings whether the output head is the embedding matrix
 * @param attentionBias whether the q, k, v and o projections have biases
 * @param mlpBias whether the gate, up and down projections have biases
 * @param bosTokenId null where the model has none; so is {@code padTokenId}
 * @param eosTokenIds tokens that end a text; may be empty
 */
public record ModelConfig(
        String modelType,
        int vocabSize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int maxPositions,
        double rmsNormEps,
        Rope rope,
        boolean tiedEmbeddings,
        boolean attentionBias,
        boolean mlpBias,
        Integer bosTokenId,
        List<Integer> eosTokenIds,
        Integer padTokenId) {

    // Far above any published model; they bound what a broken file can make us allocate.
    static final int MAX_VOCABULARY = 1 << 22;
    static final int MAX_WIDTH = 1 << 18;
    static final int MAX_LAYERS = 1024;
    static final int MAX_HEADS = 4096;
    static final int MAX_HEAD_DIM = 1024;
    static final int MAX_POSITIONS = 1 << 27;

    /** Fields whose other values change the arithmetic in ways that are not built. */
    private static final Set<String> MUST_BE_OFF = Set.of(
            "rope_interleaved", "is_encoder_decoder", "add_cross_attention", "use_qk_norm", "quantization_config");

    /**
     * Rotary position embedding.
     *
     * @param theta the base of the frequencies
     * @param type {@code default}, {@code linear} (frequencies divided by {@code factor}) or {@code llama3}
     * @param factor 1 for {@code default}
     * @param lowFreqFactor for {@code llama3}; so are the two after it (0 for the other types)
     */
    public record Rope(
            double theta,
            String type,
            double factor,
            double lowFreqFactor,
            double highFreqFactor,
            int originalMaxPositions) {

        /** Unscaled rotary positions. */
        public static Rope unscaled(double theta) {
            return new Rope(theta, "default", 1, 0, 0, 0);
        }
    }

    public ModelConfig {
        eosTokenIds = List.copyOf(eosTokenIds);
    }

    /**
     * Reads and checks config.json of a model folder.
     *
     * @throws ModelFormatException naming file and field: a missing or impossible value, another architecture, or a feature that
     *     is not built
     */
    public static ModelConfig read(Path modelFolder) {
        JsonFile json = JsonFile.read(modelFolder.resolve("config.json"));
        refuseOtherArchitectures(json);
        int heads = json.integer("num_attention_heads", 1, MAX_HEADS);
        int hidden = json.integer("hidden_size", 1, MAX_WIDTH);
        int vocabulary = json.integer("vocab_size", 1, MAX_VOCABULARY);
        int positions = json.integer("max_position_embeddings", 1, MAX_POSITIONS);
        if (!json.has("head_dim") && hidden % heads != 0) {
            throw json.refused(
                    "hidden_size", "(" + hidden + ") is not divisible by num_attention_heads (" + heads + ")");
        }
        ModelConfig config = new ModelConfig(
                "llama",
                vocabulary,
                hidden,
                json.integer("intermediate_size", 1, MAX_WIDTH),
                json.integer("num_hidden_layers", 1, MAX_LAYERS),
                heads,
                json.integer("num_key_value_heads", 1, MAX_HEADS, heads),
                json.integer("head_dim", 2, MAX_HEAD_DIM, hidden / heads),
                positions,
                json.number("rms_norm_eps", 0, 1, 1e-6),
                rope(json, positions),
                json.flag("tie_word_embeddings", false),
                json.flag("attention_bias", false),
                json.flag("mlp_bias", false),
                token(json, "bos_token_id", vocabulary, 1),
                tokens(json, "eos_token_id", vocabulary, 2),
                token(json, "pad_token_id", vocabulary, null));
        if (config.heads % config.kvHeads != 0) {
            throw json.refused(
                    "num_key_value_heads",
                    "(" + config.kvHeads + ") does not divide num_attention_heads (" + heads + ")");
        }
        if (config.headDim < 2 || config.headDim > MAX_HEAD_DIM || config.headDim % 2 != 0) {
            throw json.refused("head_dim", "must be even and at most " + MAX_HEAD_DIM + ", is " + config.headDim);
        }
        return config;
    }

    /** Writes config.json, in the older writing that transformers 4 and 5 and vLLM all read. Equal configs give equal bytes. */
    public void write(Path modelFolder, Dtype dtype) {
        ObjectNode json = JsonFile.MAPPER.createObjectNode();
        json.putArray("architectures").add("LlamaForCausalLM");
        json.put("attention_bias", attentionBias);
        json.put("attention_dropout", 0.0);
        json.put("bos_token_id", bosTokenId);
        if (eosTokenIds.size() > 1) {
            ArrayNode ids = json.putArray("eos_token_id");
            eosTokenIds.forEach(ids::add);
        } else {
            json.put("eos_token_id", eosTokenIds.isEmpty() ? null : eosTokenIds.get(0));
        }
        json.put("head_dim", headDim);
        json.put("hidden_act", "silu");
        json.put("hidden_size", hiddenSize);
        json.put("initializer_range", 0.02);
        json.put("intermediate_size", intermediateSize);
        json.put("max_position_embeddings", maxPositions);
        json.put("mlp_bias", mlpBias);
        json.put("model_type", modelType);
        json.put("num_attention_heads", heads);
        json.put("num_hidden_layers", layers);
        json.put("num_key_value_heads", kvHeads);
        json.put("pad_token_id", padTokenId);
        json.put("rms_norm_eps", rmsNormEps);
        if (rope.type.equals("default")) {
            json.putNull("rope_scaling");
        } else {
            ObjectNode scaling = json.putObject("rope_scaling");
            scaling.put("factor", rope.factor);
            if (rope.type.equals("llama3")) {
                scaling.put("high_freq_factor", rope.highFreqFactor);
                scaling.put("low_freq_factor", rope.lowFreqFactor);
                scaling.put("original_max_position_embeddings", rope.originalMaxPositions);
            }
            scaling.put("rope_type", rope.type);
        }
        json.put("rope_theta", rope.theta);
        json.put("tie_word_embeddings", tiedEmbeddings);
        json.put("torch_dtype", dtype.torchName());
        json.put("use_cache", true);
        json.put("vocab_size", vocabSize);
        JsonFile.write(modelFolder.resolve("config.json"), json);
    }

    /** Every tensor that a checkpoint of this model holds, with its shape, in the order of the forward pass. */
    public Map<String, long[]> tensorShapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("model.embed_tokens.weight", new long[] {vocabSize, hiddenSize});
        long query = (long) heads * headDim;
        long key = (long) kvHeads * headDim;
        for (int i = 0; i < layers; i++) {
            String layer = "model.layers." + i + ".";
            shapes.put(layer + "input_layernorm.weight", new long[] {hiddenSize});
            linear(shapes, layer + "self_attn.q_proj", query, hiddenSize, attentionBias);
            linear(shapes, layer + "self_attn.k_proj", key, hiddenSize, attentionBias);
            linear(shapes, layer + "self_attn.v_proj", key, hiddenSize, attentionBias);
            linear(shapes, layer + "self_attn.o_proj", hiddenSize, query, attentionBias);
            shapes.put(layer + "post_attention_layernorm.weight", new long[] {hiddenSize});
            linear(shapes, layer + "mlp.gate_proj", intermediateSize, hiddenSize, mlpBias);
            linear(shapes, layer + "mlp.up_proj", intermediateSize, hiddenSize, mlpBias);
            linear(shapes, layer + "mlp.down_proj", hiddenSize, intermediateSize, mlpBias);
        }
        shapes.put("model.norm.weight", new long[] {hiddenSize});
        if (!tiedEmbeddings) {
            shapes.put("lm_head.weight", new long[] {vocabSize, hiddenSize});
        }
        return shapes;
    }

    private static void linear(Map<String, long[]> shapes, String name, long out, long in, boolean bias) {
        shapes.put(name + ".weight", new long[] {out, in});
        if (bias) {
            shapes.put(name + ".bias", new long[] {out});
        }
    }

    /** Number of parameters, a tied head counted once. */
    public long parameters() {
        long sum = 0;
        for (long[] shape : tensorShapes().values()) {
            long product = 1;
            for (long size : shape) {
                product *= size;
            }
            sum += product;
        }
        return sum;
    }

    private static void refuseOtherArchitectures(JsonFile json) {
        String type = json.text("model_type");
        if (!type.equals("llama")) {
            throw json.refused("model_type", "is \"" + type + "\"; only \"llama\" (LlamaForCausalLM) is built");
        }
        if (json.has("architectures")) {
            List<String> architectures = json.texts("architectures");
            if (!architectures.contains("LlamaForCausalLM")) {
                throw json.refused("architectures", "is " + architectures + "; only LlamaForCausalLM is built");
            }
        }
        String activation = json.text("hidden_act", "silu");
        if (!activation.equals("silu")) {
            throw json.refused("hidden_act", "is \"" + activation + "\"; only \"silu\" is built");
        }
        for (String field : MUST_BE_OFF) {
            if (json.has(field)
                    && !(json.node().get(field).isBoolean()
                            && !json.node().get(field).booleanValue())) {
                throw json.refused(field, "is set (" + json.shown(field) + "); this is not built");
            }
        }
        if (json.number("attention_dropout", 0, 1, 0) != 0) {
            throw json.refused("attention_dropout", "is " + json.shown("attention_dropout") + "; only 0.0 is built");
        }
        if (json.number("partial_rotary_factor", 0, 1, 1) != 1) {
            throw json.refused(
                    "partial_rotary_factor", "is " + json.shown("partial_rotary_factor") + "; only 1.0 is built");
        }
    }

    private static Rope rope(JsonFile json, int maxPositions) {
        String field = json.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
        double topTheta = json.number("rope_theta", 1, 1e12, 10_000);
        if (!json.has(field)) {
            return Rope.unscaled(topTheta);
        }
        JsonFile rope = json.object(field);
        double theta = rope.number("rope_theta", 1, 1e12, topTheta);
        if (rope.number("partial_rotary_factor", 0, 1, 1) != 1) {
            throw rope.refused(
                    "partial_rotary_factor", "is " + rope.shown("partial_rotary_factor") + "; only 1.0 is built");
        }
        String type = rope.text("rope_type", rope.text("type", "default"));
        return switch (type) {
            case "default" -> Rope.unscaled(theta);
            case "linear" -> new Rope(theta, "linear", rope.number("factor", 1, 1e6), 0, 0, 0);
            case "llama3" -> llama3(rope, theta, maxPositions);
            default ->
                throw rope.refused("rope_type", "is \"" + type + "\"; only default, linear and llama3 are built");
        };
    }

    private static Rope llama3(JsonFile rope, double theta, int maxPositions) {
        double low = rope.number("low_freq_factor", 1e-6, 1e6);
        double high = rope.number("high_freq_factor", 1e-6, 1e6);
        if (high <= low) {
            throw rope.refused("high_freq_factor", "(" + high + ") must be larger than low_freq_factor (" + low + ")");
        }
        return new Rope(
                theta,
                "llama3",
                rope.number("factor", 1, 1e6),
                low,
                high,
                rope.integer("original_max_position_embeddings", 1, MAX_POSITIONS, maxPositions));
    }

    /** An absent field means transformers' default for Llama, null means that there is no such token. */
    private static Integer token(JsonFile json, String field, int vocabulary, Integer absent) {
        if (!json.node().has(field)) {
            return absent != null && absent < vocabulary ? absent : null;
        }
        return tokenId(json, field, json.node().get(field), vocabulary);
    }

    private static List<Integer> tokens(JsonFile json, String field, int vocabulary, int absent) {
        if (!json.node().path(field).isArray()) {
            Integer id = token(json, field, vocabulary, absent);
            return id == null ? List.of() : List.of(id);
        }
        List<Integer> ids = new ArrayList<>();
        for (JsonNode element : json.node().get(field)) {
            Integer id = tokenId(json, field, element, vocabulary);
            if (id != null) {
                ids.add(id);
            }
        }
        return ids;
    }

    private static Integer tokenId(JsonFile json, String field, JsonNode value, int vocabulary) {
        if (value.isNull()) {
            return null;
        }
        // Some published configs say -1 for "none".
        if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() == -1) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 0
                || value.intValue() >= vocabulary) {
            throw json.refused(field, "must be a token id below vocab_size (" + vocabulary + "), is " + value);
        }
        return value.intValue();
    }
}
