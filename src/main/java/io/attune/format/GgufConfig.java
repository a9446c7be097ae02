package io.attune.format;

import io.attune.architecture.Family;
import io.attune.architecture.GgufForm;
import io.attune.architecture.Sizes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Makes the config.json of a GGUF file from its metadata. */
final class GgufConfig {

    private static final String DIVISORS = "rope_freqs.weight";
    private static final String LONG = "rope_factors_long.weight";
    private static final String SHORT = "rope_factors_short.weight";

    /** The tensors that describe the scaling of rotary positions. */
    static final Set<String> ROPE_TENSORS = Set.of(DIVISORS, LONG, SHORT);

    /**
     * The keys that this class reads, without the architecture's name in front. {@link GgufForm#keys()} has further
     * keys.
     */
    private static final Set<String> KEYS = Set.of(
            "attention.value_length",
            "rope.dimension_count",
            "rope.scaling.type",
            "rope.scaling.factor",
            "rope.scaling.original_context_length",
            "rope.scaling.finetuned",
            "rope.scaling.attn_factor",
            "rope.scaling.yarn_log_multiplier",
            "rope.scale_linear");

    // The same in all published models of Llama 3.
    private static final double LLAMA3_LOW = 1;
    private static final double LLAMA3_HIGH = 4;
    private static final int LLAMA3_CONTEXT = 8192;

    private final Gguf gguf;
    private final GgufMetadata metadata;
    private final Family family;
    private final GgufForm form;
    private final Map<String, Object> config = new LinkedHashMap<>();

    GgufConfig(Gguf gguf, Family family, GgufForm form) {
        this.gguf = gguf;
        this.metadata = gguf.metadata();
        this.family = family;
        this.form = form;
    }

    /** @throws ModelFormatException if a key is missing, impossible or not supported; the message names the key */
    ModelConfig read() {
        refuseUnknown();
        int heads = metadata.integer(key("attention.head_count"), 1, Sizes.MAX_HEADS);
        int hidden = metadata.integer(key("embedding_length"), 1, Sizes.MAX_WIDTH);
        metadata.integer(key("block_count"), 1, Sizes.MAX_LAYERS);
        metadata.integer(key("context_length"), 1, Sizes.MAX_CONTEXT);
        metadata.integer(key("feed_forward_length"), 1, Sizes.MAX_WIDTH);
        int headSize = metadata.integer(key("attention.key_length"), 2, Sizes.MAX_HEAD_SIZE, hidden / heads);
        if (headSize < 2
                || headSize > Sizes.MAX_HEAD_SIZE
                || headSize % 2 != 0
                || (!metadata.has(key("attention.key_length")) && hidden % heads != 0)) {
            throw metadata.refused(
                    key("attention.head_count"), "(" + heads + ") does not fit the embedding length " + hidden);
        }
        if (metadata.integer(key("attention.value_length"), 1, Sizes.MAX_WIDTH, headSize) != headSize) {
            throw metadata.refused(
                    key("attention.value_length"), "is not the size of a head (" + headSize + "); this is not built");
        }
        int keyHeads = metadata.integer(key("attention.head_count_kv"), 1, heads, heads);
        if (heads % keyHeads != 0) {
            throw metadata.refused(
                    key("attention.head_count_kv"), "(" + keyHeads + ") does not divide head_count (" + heads + ")");
        }
        config.put("architectures", List.of(family.className()));
        config.put("model_type", family.modelType());
        form.keys().forEach((key, field) -> {
            Object value = metadata.values().get(key(key));
            if (value != null) {
                config.put(field, value instanceof Double number ? shortest(number) : value);
            }
        });
        config.put("head_dim", headSize);
        config.put("num_key_value_heads", keyHeads);
        tokens();
        Set<String> names = gguf.tensors().keySet();
        config.put("tie_word_embeddings", !names.contains("output.weight"));
        config.put("attention_bias", names.contains("blk.0.attn_q.bias"));
        config.put("mlp_bias", names.contains("blk.0.ffn_gate.bias"));
        if (Long.valueOf(0).equals(config.get("sliding_window"))) {
            config.put("sliding_window", null);
        }
        rope(headSize);
        form.completion().accept(config);
        ObjectNode node = JsonFile.MAPPER.valueToTree(config);
        return ModelConfig.of(new JsonFile(gguf.file(), "metadata as config.json: ", node));
    }

    private String key(String suffix) {
        return form.architecture() + "." + suffix;
    }

    private void refuseUnknown() {
        for (Map.Entry<String, Object> entry : metadata.values().entrySet()) {
            String prefix = form.architecture() + ".";
            String key = entry.getKey();
            if (!key.startsWith(prefix)) {
                continue;
            }
            String suffix = key.substring(prefix.length());
            if (!form.keys().containsKey(suffix) && !KEYS.contains(suffix) && !isOff(entry.getValue())) {
                throw metadata.refused(key, "is set (" + entry.getValue() + "); this is not built");
            }
        }
    }

    private static boolean isOff(Object value) {
        return Boolean.FALSE.equals(value) || Long.valueOf(0).equals(value);
    }

    /**
     * The number that the model's authors wrote, such as 1e-5: the shortest decimal form of the float32 in the file.
     */
    private static double shortest(double number) {
        return Double.parseDouble(Float.toString((float) number));
    }

    private void tokens() {
        int listed = metadata.has("tokenizer.ggml.tokens")
                ? metadata.texts("tokenizer.ggml.tokens").size()
                : 0;
        int vocabulary = metadata.has(key("vocab_size")) || listed == 0
                ? metadata.integer(key("vocab_size"), 1, Sizes.MAX_VOCABULARY)
                : listed;
        config.put("vocab_size", vocabulary);
        config.put("bos_token_id", metadata.integerOrNull("tokenizer.ggml.bos_token_id", 0, vocabulary - 1));
        config.put("eos_token_id", metadata.integerOrNull("tokenizer.ggml.eos_token_id", 0, vocabulary - 1));
        config.put("pad_token_id", metadata.integerOrNull("tokenizer.ggml.padding_token_id", 0, vocabulary - 1));
    }

    private void rope(int headSize) {
        int turned = metadata.integer(key("rope.dimension_count"), 1, Sizes.MAX_WIDTH, headSize);
        if (turned != headSize) {
            config.put("partial_rotary_factor", (double) turned / headSize);
        }
        String type =
                metadata.text(key("rope.scaling.type"), metadata.has(key("rope.scale_linear")) ? "linear" : "none");
        boolean divided = gguf.tensors().containsKey(DIVISORS);
        if (gguf.tensors().containsKey(LONG)) {
            config.put("rope_scaling", longRope());
        } else if (type.equals("none")) {
            config.put("rope_scaling", divided ? llama3(turned) : null);
        } else if (divided || !Set.of("linear", "yarn").contains(type)) {
            throw metadata.refused(
                    key("rope.scaling.type"), "is \"" + type + "\"; built are \"none\", \"linear\" and \"yarn\"");
        } else {
            config.put("rope_scaling", scaling(type));
        }
    }

    private Map<String, Object> scaling(String type) {
        String factor = metadata.has(key("rope.scale_linear")) ? "rope.scale_linear" : "rope.scaling.factor";
        Map<String, Object> scaling = new LinkedHashMap<>();
        scaling.put("rope_type", type);
        scaling.put("factor", shortest(metadata.number(key(factor), 1, 1e6)));
        if (type.equals("yarn")) {
            scaling.put(
                    "original_max_position_embeddings",
                    metadata.integer(key("rope.scaling.original_context_length"), 1, Sizes.MAX_CONTEXT));
        }
        return scaling;
    }

    private Map<String, Object> longRope() {
        int original = metadata.integer(key("rope.scaling.original_context_length"), 1, Sizes.MAX_CONTEXT);
        config.put("original_max_position_embeddings", original);
        Map<String, Object> scaling = new LinkedHashMap<>();
        scaling.put("rope_type", "longrope");
        scaling.put("short_factor", decimals(SHORT));
        scaling.put("long_factor", decimals(LONG));
        scaling.put("original_max_position_embeddings", original);
        int context = metadata.integer(key("context_length"), 1, Sizes.MAX_CONTEXT);
        double usual = Math.sqrt(1 + Math.max(0, Math.log((double) context / original)) / Math.log(original));
        double scale = metadata.number(key("rope.scaling.attn_factor"), 0, 1e6, 1);
        if (Math.abs(scale - usual) > 1e-6 * usual) {
            scaling.put("attention_factor", shortest(scale));
        }
        return scaling;
    }

    private List<Double> decimals(String name) {
        List<Double> numbers = new ArrayList<>();
        for (float value : floats(name)) {
            numbers.add(shortest(value));
        }
        return numbers;
    }

    private float[] floats(String name) {
        Gguf.Tensor tensor = gguf.tensors().get(name);
        if (tensor == null || tensor.shape().length != 1 || tensor.type() != GgufType.F32) {
            throw ModelFormatException.in(
                    gguf.file(),
                    "tensor " + name
                            + (tensor == null
                                    ? " is missing"
                                    : " has shape " + Safetensors.shown(tensor.shape()) + " of " + tensor.type()
                                            + "; a list of F32 was expected"));
        }
        float[] values = new float[Math.toIntExact(tensor.rowElements())];
        try {
            ByteBuffer bytes =
                    ByteBuffer.allocate(Math.toIntExact(tensor.bytes())).order(ByteOrder.LITTLE_ENDIAN);
            gguf.read(tensor, 0, bytes);
            tensor.type().decode(bytes, values, values.length);
        } catch (IOException e) {
            throw new UncheckedIOException(gguf.file() + " cannot be read", e);
        }
        return values;
    }

    /**
     * llama.cpp stores the scaling of Llama 3 as one divisor per frequency. All models that Meta published have the
     * same parameters, except the factor. The factor is the largest divisor. If these parameters give the stored
     * divisors, they are the parameters of the model. Otherwise the file is refused.
     */
    private Map<String, Object> llama3(int headSize) {
        float[] divisors = floats(DIVISORS);
        if (divisors.length != headSize / 2) {
            throw ModelFormatException.in(
                    gguf.file(),
                    "tensor " + DIVISORS + " has shape [" + divisors.length + "]; [" + headSize / 2
                            + "] of F32 was expected");
        }
        double factor = 0;
        for (float divisor : divisors) {
            factor = Math.max(factor, divisor);
        }
        double theta = metadata.number(key("rope.freq_base"), 1, 1e12, 10_000);
        for (int i = 0; i < divisors.length; i++) {
            double expected = llama3Divisor(theta, factor, i, headSize);
            if (!(Math.abs(divisors[i] - expected) <= 1e-4 * expected)) {
                throw ModelFormatException.in(
                        gguf.file(),
                        "tensor " + DIVISORS + " holds a scaling of rotary positions other than "
                                + "Llama 3's; import the model's Hugging Face folder");
            }
        }
        Map<String, Object> scaling = new LinkedHashMap<>();
        scaling.put("rope_type", "llama3");
        scaling.put("factor", shortest(factor));
        scaling.put("low_freq_factor", LLAMA3_LOW);
        scaling.put("high_freq_factor", LLAMA3_HIGH);
        scaling.put("original_max_position_embeddings", LLAMA3_CONTEXT);
        return scaling;
    }

    private static double llama3Divisor(double theta, double factor, int i, int headSize) {
        double turns = LLAMA3_CONTEXT / (2 * Math.PI * Math.pow(theta, 2.0 * i / headSize));
        if (turns > LLAMA3_HIGH) {
            return 1;
        }
        if (turns < LLAMA3_LOW) {
            return factor;
        }
        double smooth = (turns - LLAMA3_LOW) / (LLAMA3_HIGH - LLAMA3_LOW);
        return 1 / ((1 - smooth) / factor + smooth);
    }
}
