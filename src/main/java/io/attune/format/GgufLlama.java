package io.attune.format;

import io.attune.format.ModelConfig.Rope;
import io.attune.format.SafetensorsWriter.Planned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A llama-architecture GGUF file as a Hugging Face checkpoint: its config, and its tensors dequantised, rounded to bfloat16 and
 * in transformers' order of rows.
 *
 * <p>llama.cpp's converter interleaves the two halves of every head in the q and k projections, since it rotates neighbouring pairs where
 * transformers rotates halves. Of a head with size 2n, its row 2j + p is transformers' row p n + j.
 */
final class GgufLlama {

    private static final Set<String> KNOWN_KEYS = Set.of(
            "context_length",
            "embedding_length",
            "block_count",
            "feed_forward_length",
            "attention.head_count",
            "attention.head_count_kv",
            "attention.key_length",
            "attention.value_length",
            "attention.layer_norm_rms_epsilon",
            "rope.freq_base",
            "rope.dimension_count",
            "rope.scaling.type",
            "rope.scaling.factor",
            "rope.scaling.original_context_length",
            "rope.scaling.finetuned",
            "rope.scale_linear",
            "vocab_size");

    private static final int CHUNK_BYTES = 1 << 20;

    private final Gguf gguf;
    private final ModelConfig config;

    private GgufLlama(Gguf gguf, ModelConfig config) {
        this.gguf = gguf;
        this.config = config;
    }

    /**
     * Checks architecture, metadata, and names and shapes of all tensors.
     *
     * @throws ModelFormatException naming what is missing, of another shape, or not built
     */
    static GgufLlama of(Gguf gguf) {
        GgufMetadata metadata = gguf.metadata();
        String architecture = metadata.text("general.architecture");
        if (!architecture.equals("llama")) {
            throw metadata.refused("general.architecture", "is \"" + architecture + "\"; only \"llama\" is built");
        }
        for (String key : metadata.values().keySet()) {
            if (key.startsWith("llama.")
                    && !KNOWN_KEYS.contains(key.substring("llama.".length()))
                    && !isOff(metadata.values().get(key))) {
                throw metadata.refused(key, "is set (" + metadata.values().get(key) + "); this is not built");
            }
        }
        GgufLlama model = new GgufLlama(gguf, config(gguf, metadata));
        model.checkTensors();
        return model;
    }

    ModelConfig config() {
        return config;
    }

    /** Every tensor of the checkpoint as bfloat16, in the order of {@link ModelConfig#tensorShapes()}. */
    List<Planned> tensors() {
        List<Planned> planned = new ArrayList<>();
        config.tensorShapes().forEach((name, shape) -> {
            Gguf.Tensor tensor = gguf.tensors().get(ggufName(name));
            boolean rotated = name.contains(".q_proj.") || name.contains(".k_proj.");
            planned.add(new Planned(name, Dtype.BF16, shape, out -> writeRows(tensor, rotated, out)));
        });
        return planned;
    }

    private static ModelConfig config(Gguf gguf, GgufMetadata metadata) {
        int heads = metadata.integer("llama.attention.head_count", 1, ModelConfig.MAX_HEADS);
        int hidden = metadata.integer("llama.embedding_length", 1, ModelConfig.MAX_WIDTH);
        int headDim = metadata.integer("llama.attention.key_length", 2, ModelConfig.MAX_HEAD_DIM, hidden / heads);
        if (headDim < 2
                || headDim > ModelConfig.MAX_HEAD_DIM
                || headDim % 2 != 0
                || (!metadata.has("llama.attention.key_length") && hidden % heads != 0)) {
            throw metadata.refused(
                    "llama.attention.head_count", "(" + heads + ") does not fit the embedding length " + hidden);
        }
        for (String key : List.of("llama.rope.dimension_count", "llama.attention.value_length")) {
            if (metadata.integer(key, 1, ModelConfig.MAX_WIDTH, headDim) != headDim) {
                throw metadata.refused(key, "is not the size of a head (" + headDim + "); this is not built");
            }
        }
        int kvHeads = metadata.integer("llama.attention.head_count_kv", 1, heads, heads);
        if (heads % kvHeads != 0) {
            throw metadata.refused(
                    "llama.attention.head_count_kv", "(" + kvHeads + ") does not divide head_count (" + heads + ")");
        }
        Set<String> names = gguf.tensors().keySet();
        int tokens = metadata.has("tokenizer.ggml.tokens")
                ? metadata.texts("tokenizer.ggml.tokens").size()
                : 0;
        int vocabulary = metadata.has("llama.vocab_size") || tokens == 0
                ? metadata.integer("llama.vocab_size", 1, ModelConfig.MAX_VOCABULARY)
                : tokens;
        Integer eos = metadata.integerOrNull("tokenizer.ggml.eos_token_id", 0, vocabulary - 1);
        return new ModelConfig(
                "llama",
                vocabulary,
                hidden,
                metadata.integer("llama.feed_forward_length", 1, ModelConfig.MAX_WIDTH),
                metadata.integer("llama.block_count", 1, ModelConfig.MAX_LAYERS),
                heads,
                kvHeads,
                headDim,
                metadata.integer("llama.context_length", 1, ModelConfig.MAX_POSITIONS),
                metadata.number("llama.attention.layer_norm_rms_epsilon", 0, 1),
                rope(gguf, metadata, headDim),
                !names.contains("output.weight"),
                names.contains("blk.0.attn_q.bias"),
                names.contains("blk.0.ffn_gate.bias"),
                metadata.integerOrNull("tokenizer.ggml.bos_token_id", 0, vocabulary - 1),
                eos == null ? List.of() : List.of(eos),
                metadata.integerOrNull("tokenizer.ggml.padding_token_id", 0, vocabulary - 1));
    }

    private static Rope rope(Gguf gguf, GgufMetadata metadata, int headDim) {
        double theta = metadata.number("llama.rope.freq_base", 1, 1e12, 10_000);
        String type =
                metadata.text("llama.rope.scaling.type", metadata.has("llama.rope.scale_linear") ? "linear" : "none");
        boolean perFrequency = gguf.tensors().containsKey("rope_freqs.weight");
        if (type.equals("none")) {
            return perFrequency ? llama3Rope(gguf, theta, headDim) : Rope.unscaled(theta);
        }
        if (!type.equals("linear") || perFrequency) {
            throw metadata.refused(
                    "llama.rope.scaling.type", "is \"" + type + "\"; only \"none\" and \"linear\" are built");
        }
        String factor =
                metadata.has("llama.rope.scaling.factor") ? "llama.rope.scaling.factor" : "llama.rope.scale_linear";
        return new Rope(theta, "linear", metadata.number(factor, 1, 1e6), 0, 0, 0);
    }

    /**
     * llama.cpp stores Llama 3's scaling as one divisor per frequency. Meta's published models all have the same parameters but for the
     * factor, which is the largest divisor; if these give the stored divisors they are the model's, otherwise the file is refused.
     */
    private static Rope llama3Rope(Gguf gguf, double theta, int headDim) {
        Gguf.Tensor tensor = gguf.tensors().get("rope_freqs.weight");
        if (!Arrays.equals(tensor.shape(), new long[] {headDim / 2}) || tensor.type() != GgufType.F32) {
            throw ModelFormatException.in(
                    gguf.file(),
                    "tensor rope_freqs.weight has shape " + Safetensors.shown(tensor.shape()) + " of " + tensor.type()
                            + "; [" + headDim / 2 + "] of F32 was expected");
        }
        float[] divisors = new float[headDim / 2];
        try {
            ByteBuffer bytes = littleEndian(tensor.bytes());
            gguf.read(tensor, 0, bytes);
            tensor.type().decode(bytes, divisors, divisors.length);
        } catch (IOException e) {
            throw new UncheckedIOException(gguf.file() + " cannot be read", e);
        }
        double factor = 0;
        for (float divisor : divisors) {
            factor = Math.max(factor, divisor);
        }
        Rope rope = new Rope(theta, "llama3", factor, 1, 4, 8192);
        for (int i = 0; i < divisors.length; i++) {
            double expected = llama3Divisor(rope, i, headDim);
            if (!(Math.abs(divisors[i] - expected) <= 1e-4 * expected)) {
                throw ModelFormatException.in(
                        gguf.file(),
                        "tensor rope_freqs.weight holds a scaling of rotary positions other than "
                                + "Llama 3's; import the model's Hugging Face folder");
            }
        }
        return rope;
    }

    private static double llama3Divisor(Rope rope, int i, int headDim) {
        double wavelength = 2 * Math.PI * Math.pow(rope.theta(), 2.0 * i / headDim);
        double turns = rope.originalMaxPositions() / wavelength;
        if (turns > rope.highFreqFactor()) {
            return 1;
        }
        if (turns < rope.lowFreqFactor()) {
            return rope.factor();
        }
        double smooth = (turns - rope.lowFreqFactor()) / (rope.highFreqFactor() - rope.lowFreqFactor());
        return 1 / ((1 - smooth) / rope.factor() + smooth);
    }

    private void checkTensors() {
        Set<String> unknown = new HashSet<>(gguf.tensors().keySet());
        unknown.remove("rope_freqs.weight");
        for (Map.Entry<String, long[]> expected : config.tensorShapes().entrySet()) {
            String name = ggufName(expected.getKey());
            Gguf.Tensor tensor = gguf.tensors().get(name);
            if (tensor == null) {
                throw ModelFormatException.in(gguf.file(), "tensor " + name + " is missing");
            }
            if (!Arrays.equals(tensor.shape(), expected.getValue())) {
                throw ModelFormatException.in(
                        gguf.file(),
                        "tensor " + name + " has shape " + Safetensors.shown(tensor.shape())
                                + "; its metadata asks for " + Safetensors.shown(expected.getValue()));
            }
            unknown.remove(name);
        }
        if (!unknown.isEmpty()) {
            throw ModelFormatException.in(
                    gguf.file(),
                    "tensor " + unknown.stream().sorted().findFirst().orElseThrow() + " is not known in a Llama model ("
                            + unknown.size() + " such tensors)");
        }
    }

    /** Rows of a tensor, or of a vector its elements, a head at a time where they were interleaved. */
    private void writeRows(Gguf.Tensor tensor, boolean rotated, WritableByteChannel out) throws IOException {
        boolean vector = tensor.shape().length == 1;
        if (vector && rotated && tensor.type().blockElements() != 1) {
            throw ModelFormatException.in(
                    gguf.file(), "tensor " + tensor.name() + " is a quantised bias; this is not built");
        }
        // a rotated bias is a column: rows of one element
        int rowElements = vector && rotated ? 1 : Math.toIntExact(tensor.rowElements());
        long rowBytes = tensor.type().bytes(rowElements);
        long rows = tensor.bytes() / rowBytes;
        int chunkRows =
                rotated ? config.headDim() : (int) Math.max(1, Math.min(rows, CHUNK_BYTES / (2L * rowElements)));
        ByteBuffer in = littleEndian(chunkRows * rowBytes);
        ByteBuffer halves = littleEndian(chunkRows * rowElements * 2L);
        float[] values = new float[rowElements];
        for (long row = 0; row < rows; row += chunkRows) {
            int count = (int) Math.min(chunkRows, rows - row);
            gguf.read(tensor, row * rowBytes, in.clear().limit(Math.toIntExact(count * rowBytes)));
            halves.clear();
            for (int i = 0; i < count; i++) {
                int stored = rotated ? i % (count / 2) * 2 + i / (count / 2) : i;
                in.position(Math.toIntExact(stored * rowBytes));
                tensor.type().decode(in, values, rowElements);
                for (float value : values) {
                    halves.putShort(GgufType.bfloat16(value));
                }
            }
            SafetensorsWriter.writeFully(out, halves.flip());
        }
    }

    private static ByteBuffer littleEndian(long bytes) {
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean isOff(Object value) {
        return Boolean.FALSE.equals(value) || Long.valueOf(0).equals(value);
    }

    /** {@code model.layers.3.self_attn.q_proj.weight} is {@code blk.3.attn_q.weight}. */
    private static String ggufName(String name) {
        return name.replace("model.embed_tokens", "token_embd")
                .replace("model.norm", "output_norm")
                .replace("lm_head", "output")
                .replace("model.layers.", "blk.")
                .replace("input_layernorm", "attn_norm")
                .replace("post_attention_layernorm", "ffn_norm")
                .replace("self_attn.q_proj", "attn_q")
                .replace("self_attn.k_proj", "attn_k")
                .replace("self_attn.v_proj", "attn_v")
                .replace("self_attn.o_proj", "attn_output")
                .replace("mlp.gate_proj", "ffn_gate")
                .replace("mlp.up_proj", "ffn_up")
                .replace("mlp.down_proj", "ffn_down");
    }
}
