package io.attune.architecture;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The sizes that nearly every config.json has.
 *
 * @param inner width of the MLPs
 * @param heads the number of heads of queries
 * @param keyHeads the number of heads of keys and values; divides {@code heads}
 * @param headSize numbers in one head
 * @param context tokens of the longest sequence
 */
public record Sizes(
        int vocabulary, int hidden, int inner, int layers, int heads, int keyHeads, int headSize, int context) {

    // Far above any published model. They limit the memory that a broken file can make Attune allocate.
    public static final int MAX_VOCABULARY = 1 << 22;
    public static final int MAX_WIDTH = 1 << 18;
    public static final int MAX_LAYERS = 1024;
    public static final int MAX_HEADS = 4096;
    public static final int MAX_HEAD_SIZE = 1024;
    public static final int MAX_CONTEXT = 1 << 27;
    public static final int MAX_EXPERTS = 4096;

    /** Reads the sizes by their names in Llama's config.json. If the size of a head is absent, it is hidden / heads. */
    public static Sizes read(Fields config) {
        return read(config, 0);
    }

    /** @param headSize the default if config.json does not say it; 0 for hidden / heads */
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

    /** Attention with these heads. */
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
