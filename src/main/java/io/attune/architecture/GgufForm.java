package io.attune.architecture;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Describes the form of a family's models in GGUF files, as far as families differ.
 *
 * @param architecture {@code general.architecture}
 * @param interleaved whether llama.cpp reordered the rows of q and k: in a head of size 2n, row 2j + p of the file is
 *     row p n + j of a checkpoint
 * @param keys metadata keys, without the architecture's name in front, and their fields in config.json
 * @param completion adds the fields of config.json that GGUF metadata does not have
 */
public record GgufForm(
        String architecture, boolean interleaved, Map<String, String> keys, Consumer<Map<String, Object>> completion) {

    /** The keys of all families. */
    private static final Map<String, String> COMMON = Map.ofEntries(
            Map.entry("context_length", "max_position_embeddings"),
            Map.entry("embedding_length", "hidden_size"),
            Map.entry("block_count", "num_hidden_layers"),
            Map.entry("feed_forward_length", "intermediate_size"),
            Map.entry("attention.head_count", "num_attention_heads"),
            Map.entry("attention.head_count_kv", "num_key_value_heads"),
            Map.entry("attention.key_length", "head_dim"),
            Map.entry("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
            Map.entry("rope.freq_base", "rope_theta"),
            Map.entry("vocab_size", "vocab_size"));

    public GgufForm {
        Map<String, String> all = new HashMap<>(COMMON);
        all.putAll(keys);
        keys = Map.copyOf(all);
    }

    public static GgufForm of(String architecture) {
        return new GgufForm(architecture, false, Map.of(), config -> {});
    }

    /** Whether the rows of a weight are reordered. */
    public boolean interleaves(Weight weight) {
        return interleaved && (weight.role() == Role.Q || weight.role() == Role.K);
    }

    /** The same form, with reordered rows of q and k. */
    public GgufForm interleavingRows() {
        return new GgufForm(architecture, true, keys, completion);
    }

    public GgufForm with(String key, String field) {
        Map<String, String> more = new HashMap<>(keys);
        more.put(key, field);
        return new GgufForm(architecture, interleaved, more, completion);
    }

    public GgufForm completedBy(Consumer<Map<String, Object>> by) {
        return new GgufForm(architecture, interleaved, keys, by);
    }
}
