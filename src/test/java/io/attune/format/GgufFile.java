package io.attune.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds the bytes of a GGUF file, correct or wrong ones. */
final class GgufFile {

    private static final int ALIGNMENT = 32;

    private final Map<String, byte[]> pairs = new LinkedHashMap<>();
    private final List<TensorBytes> tensors = new ArrayList<>();
    int version = 3;

    /** @param sizes as GGUF stores them, with the length of a row first */
    private record TensorBytes(String name, int type, long[] sizes, byte[] data) {}

    GgufFile text(String key, String value) {
        return pair(key, 8, string(value));
    }

    GgufFile integer(String key, int value) {
        return pair(key, 4, little(4).putInt(value).array());
    }

    GgufFile number(String key, float value) {
        return pair(key, 6, little(4).putFloat(value).array());
    }

    GgufFile flag(String key, boolean value) {
        return pair(key, 7, new byte[] {(byte) (value ? 1 : 0)});
    }

    GgufFile texts(String key, List<String> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(little(12).putInt(8).putLong(values.size()).array());
        values.forEach(value -> out.writeBytes(string(value)));
        return pair(key, 9, out.toByteArray());
    }

    GgufFile integers(String key, int... values) {
        ByteBuffer out = little(12 + 4 * values.length).putInt(5).putLong(values.length);
        for (int value : values) {
            out.putInt(value);
        }
        return pair(key, 9, out.array());
    }

    GgufFile pair(String key, int type, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(string(key));
        out.writeBytes(little(4).putInt(type).array());
        out.writeBytes(value);
        pairs.put(key, out.toByteArray());
        return this;
    }

    GgufFile without(String key) {
        pairs.remove(key);
        return this;
    }

    GgufFile tensor(String name, int type, byte[] data, long... sizes) {
        tensors.removeIf(tensor -> tensor.name.equals(name));
        tensors.add(new TensorBytes(name, type, sizes, data));
        return this;
    }

    GgufFile withoutTensor(String name) {
        tensors.removeIf(tensor -> tensor.name.equals(name));
        return this;
    }

    /** A float32 tensor. Its elements repeat the given values until the tensor is full. */
    GgufFile floats(String name, float[] values, long... sizes) {
        int count = 1;
        for (long size : sizes) {
            count *= (int) size;
        }
        ByteBuffer data = little(4 * count);
        for (int i = 0; i < count; i++) {
            data.putFloat(values[i % values.length]);
        }
        return tensor(name, 0, data.array(), sizes);
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(little(20)
                .putInt(version)
                .putLong(tensors.size())
                .putLong(pairs.size())
                .array());
        pairs.values().forEach(out::writeBytes);
        long offset = 0;
        for (TensorBytes tensor : tensors) {
            out.writeBytes(string(tensor.name));
            out.writeBytes(little(4).putInt(tensor.sizes.length).array());
            for (long size : tensor.sizes) {
                out.writeBytes(little(8).putLong(size).array());
            }
            out.writeBytes(little(12).putInt(tensor.type).putLong(offset).array());
            offset += aligned(tensor.data.length);
        }
        pad(out);
        for (TensorBytes tensor : tensors) {
            out.writeBytes(tensor.data);
            pad(out);
        }
        return out.toByteArray();
    }

    /**
     * The same model in parts with these numbers of tensors, as gguf-split makes them: the first part has the
     * metadata.
     */
    List<GgufFile> split(int... counts) {
        List<GgufFile> parts = new ArrayList<>();
        int next = 0;
        for (int count : counts) {
            GgufFile part = new GgufFile();
            if (parts.isEmpty()) {
                part.pairs.putAll(pairs);
            }
            part.pair("split.no", 2, little(2).putShort((short) parts.size()).array());
            part.pair(
                    "split.count", 2, little(2).putShort((short) counts.length).array());
            part.pair("split.tensors.count", 5, little(4).putInt(tensors.size()).array());
            part.tensors.addAll(tensors.subList(next, next + count));
            next += count;
            parts.add(part);
        }
        return parts;
    }

    static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void pad(ByteArrayOutputStream out) {
        out.writeBytes(new byte[aligned(out.size()) - out.size()]);
    }

    private static int aligned(int length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static byte[] string(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return little(8 + bytes.length).putLong(bytes.length).put(bytes).array();
    }

    /**
     * A whole Llama model: hidden size 8, 2 heads of 4, 1 key head, MLP of 12, 1 layer, tied head. Its tokenizer has
     * the 256 bytes, {@code ab}, and two control tokens (257 begins a text, 258 ends it).
     */
    static GgufFile tinyLlama() {
        List<String> tokens = new ArrayList<>(byteAlphabet());
        tokens.addAll(List.of("ab", "<|begin|>", "<|end|>"));
        int[] types = new int[tokens.size()];
        Arrays.fill(types, 1);
        types[257] = 3;
        types[258] = 3;
        GgufFile file = new GgufFile()
                .text("general.architecture", "llama")
                .integer("llama.block_count", 1)
                .integer("llama.context_length", 64)
                .integer("llama.embedding_length", 8)
                .integer("llama.feed_forward_length", 12)
                .integer("llama.attention.head_count", 2)
                .integer("llama.attention.head_count_kv", 1)
                .number("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .number("llama.rope.freq_base", 100_000f)
                .text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", "smollm")
                .texts("tokenizer.ggml.tokens", tokens)
                .integers("tokenizer.ggml.token_type", types)
                .texts("tokenizer.ggml.merges", List.of("a b"))
                .integer("tokenizer.ggml.bos_token_id", 257)
                .integer("tokenizer.ggml.eos_token_id", 258)
                .flag("tokenizer.ggml.add_bos_token", false)
                .text("tokenizer.chat_template", "{% for m in messages %}{{ m['content'] }}<|end|>{% endfor %}");
        float[] ramp = {0.5f, -1f, 2f, 3f, -0.25f};
        file.floats("token_embd.weight", ramp, 8, tokens.size());
        file.floats("blk.0.attn_norm.weight", ramp, 8);
        file.floats("blk.0.attn_q.weight", new float[] {1}, 8, 8);
        file.floats("blk.0.attn_k.weight", ramp, 8, 4);
        file.floats("blk.0.attn_v.weight", ramp, 8, 4);
        file.floats("blk.0.attn_output.weight", ramp, 8, 8);
        file.floats("blk.0.ffn_norm.weight", ramp, 8);
        file.floats("blk.0.ffn_gate.weight", ramp, 8, 12);
        file.floats("blk.0.ffn_up.weight", ramp, 8, 12);
        file.floats("blk.0.ffn_down.weight", ramp, 12, 8);
        file.floats("output_norm.weight", ramp, 8);
        return file;
    }

    /** The characters that byte-level BPE writes for the bytes 0 to 255, in the order of the characters. */
    private static List<String> byteAlphabet() {
        List<String> alphabet = new ArrayList<>();
        int shifted = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || (b >= 0xae && b <= 0xff);
            alphabet.add(String.valueOf((char) (printable ? b : shifted++)));
        }
        return alphabet;
    }
}
