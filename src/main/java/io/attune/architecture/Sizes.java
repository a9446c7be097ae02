package io.attune.architecture;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What nearly every config.json says.
 *
 * @param inner width of the MLPs
 * @param heads of queries
 * @param keyHeads of keys and values; divides {@code heads}
 * @param headSize numbers of one head
 * @param context tokens of the longest sequence
 */
public record Sizes(
        int vocabulary, int hidden, int inner, int layers, int heads, int keyHeads, int headSize, int context) {

    // Far above any published model; they bound what a broken file can make us allocate.
    public static final int MAX_VOCABULARY = 1 << 22;
    public static final int MAX_WIDTH = 1 << 18;
    public static final int MAX_LAYERS = 1024;
    public static final int MAX_HEADS = 4096;
    public static final int MAX_HEAD_SIZE = 1024;
    public static final int MAX_CONTEXT = 1 << 27;
    public static final int MAX_EXPERTS = 4096;

    /** By the names that Llama's config.json has; a head's size is hidden / heads where it is absent. */
    public static Sizes read(Fields config) {
        return read(config, 0);
    }

    /** @param headSize where config.json does not say; 0 for hidden / heads */
    public static Sizes read(Fields config, int headSize) {
        int heads = config.integer("num_attention_heads", 1, MAX_HEADS);
        int hidden = config.integer("hidden_size", 1, MAX_WIDTH);
        int vocabulary = config.integer("vocab_size", 1, MAX_VOCABULARY);
        int context = config.integer("max_position_embeddings", 1, MAX_CONTEXT);
        if (!config.has("head_dim") && headSize == 0 && hidden % heads != 0) {
            throw config.refused(
                    "hidden_size", "(" + hidden + ") is not divisible by num_attention_heads (" + heads + ")");
        }
        Sizes sizes = new Sizes(
                vocabulary,
                hidden,
                config.integer("intermediate_size", 1, MAX_WIDTH),
                config.integer("num_hidden_layers", 1, MAX_LAYERS),
                heads,
                config.integer("num_key_value_heads", 1, MAX_HEADS, heads),
                config.integer("head_dim", 2, MAX_HEAD_SIZE, headSize == 0 ? hidden / heads : headSize),
                context);
        sizes.check(config);
        return sizes;
    }

    private void check(Fields config) {
        if (heads % keyHeads != 0) {
            throw config.refused(
                    "num_key_value_heads", "(" + keyHeads + ") does not divide num_attention_heads (" + heads + ")");
        }
        if (headSize < 2 || headSize > MAX_HEAD_SIZE || headSize % 2 != 0) {
            throw config.refused("head_dim", "must be even and at most " + MAX_HEAD_SIZE + ", is " + headSize);
        }
    }

    /** Attention of these heads. */
    public Attention attention(Rope rope) {
        return Attention.of(heads, keyHeads, headSize, rope);
    }

    /** A model of these sizes with a plain embedding. */
    public Architecture architecture(Norm norm, Head head, Names names, IntFunction<Layer> layer) {
        return architecture(Embedding.PLAIN, norm, head, names, layer);
    }

    public Architecture architecture(Embedding embedding, Norm norm, Head head, Names names, IntFunction<Layer> layer) {
        List<Layer> all = IntStream.range(0, layers).mapToObj(layer).toList();
        return new Architecture(vocabulary, hidden, context, embedding, all, norm, head, names);
    }
}
