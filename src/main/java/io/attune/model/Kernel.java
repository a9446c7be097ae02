package io.attune.model;

import ai.djl.pytorch.engine.PtNDManager;
import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.DeltaNet;
import io.attune.architecture.Embedding;
import io.attune.architecture.Experts;
import io.attune.architecture.FeedForward;
import io.attune.architecture.Head;
import io.attune.architecture.Layer;
import io.attune.architecture.Mixer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Norm;
import io.attune.architecture.Rope;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Composes the source of a TorchScript class from the fragments in {@code kernel/}. The parts of an architecture
 * decide which fragments are used. Its numbers and flags are inserted into them. Text from a model's config is
 * never compiled.
 *
 * <pre>
 * a layer   block              layer(...): both parts, their norms, the residual connections
 *           norm_*             norm(...), unweighted_norm(...)
 *           attention          mix(...): keys and values of a pack's segments, or of a cache; windows, slopes
 *             heads_*          heads(...): queries, keys, values
 *             rotate_*         rotate(...)
 *             scores_*         scores(...): one product of queries, keys and values
 *           or delta_net       mix(...)
 *           mlp_*, experts_*   feed_forward(...)
 *             activate_*       activate(...)
 *           project            project(...): a linear module with its adapter
 * the ends  ends               embed(...), final(...), logits(...), loss(...), next_token(...)
 *           norm_*
 * </pre>
 */
final class Kernel {

    /** Minimum number of queries whose window is computed together. */
    private static final int SMALLEST_BLOCK = 256;

    private final String name;
    private final StringBuilder source = new StringBuilder();
    private final Map<String, Object> numbers = new HashMap<>();

    private Kernel(String name) {
        this.name = name;
        take("class");
    }

    /** Compiles the script of one layer. */
    static Script layer(PtNDManager manager, Layer layer) {
        return new Kernel("Layer").of(layer).compile(manager);
    }

    /** Compiles the script of the parts before the first layer and after the last. */
    static Script ends(PtNDManager manager, Architecture architecture) {
        return new Kernel("Ends").ends(architecture).compile(manager);
    }

    private Kernel ends(Architecture architecture) {
        Embedding embedding = architecture.embedding();
        put("embedding_scaled", embedding.scale() != 1);
        put("embedding_scale", embedding.scale());
        put("learned_positions", embedding.learnedPositions() > 0);
        put("embedding_normed", embedding.norm() != null);
        Head head = architecture.head();
        put("logits_scaled", head.scale() != 1);
        put("logits_scale", head.scale());
        put("logits_capped", head.softCap() != 0);
        put("logits_cap", head.softCap());
        norm(architecture.norm());
        return take("ends");
    }

    private Kernel of(Layer layer) {
        norm(layer.norm());
        put("transposed", layer.transposed());
        take("project");
        mixer(layer.mixer());
        feedForward(layer.feedForward());
        put("norm_before", layer.normed().before());
        put("norm_after", layer.normed().after());
        put("residual_scaled", layer.residual() != 1);
        put("residual", layer.residual());
        put("parallel", layer.parallel());
        put("layer_scaled", layer.scaled());
        return take("block");
    }

    private void norm(Norm norm) {
        put("epsilon", norm.epsilon());
        put("around_one", norm.aroundOne());
        put("norm_bias", norm.bias());
        take("norm_" + fragment(norm.kind()));
    }

    private void mixer(Mixer mixer) {
        if (mixer instanceof Attention attention) {
            attention(attention);
        } else if (mixer instanceof DeltaNet delta) {
            deltaNet(delta);
        }
    }

    private void attention(Attention attention) {
        put("heads", attention.heads());
        put("key_heads", attention.keyHeads());
        put("head_size", attention.headSize());
        put("two_head_size", 2 * attention.headSize());
        put("width", attention.width());
        put("key_width", attention.keyWidth());
        put("grouped", attention.heads() != attention.keyHeads());
        put("group", attention.heads() / attention.keyHeads());
        put("scale", attention.scores().scale());
        boolean normed = attention.norms().norm() != null;
        put("head_norms", normed && !attention.norms().wide());
        put("wide_norms", normed && attention.norms().wide());
        put("value_norms", attention.norms().values());
        put("gated", attention.projections() == Attention.Projections.GATED);
        window(attention.scores().window());
        slopes(attention);
        Attention.Longer longer = attention.longer();
        put("growing", longer != null);
        put("growing_beta", longer == null ? 0.0 : longer.beta());
        put("growing_length", longer == null ? 1 : longer.length());
        put("capped", attention.scores().softCap() != 0);
        put("soft_cap", attention.scores().softCap());
        put("sinks", attention.scores().sinks());
        take("heads_" + fragment(attention.projections()));
        rope(attention.rope(), attention.headSize());
        take(attention.scores().softCap() != 0 || attention.scores().sinks() ? "scores_explicit" : "scores_fused");
        take("attention");
    }

    private void window(int window) {
        int block = Math.max(SMALLEST_BLOCK, window);
        put("windowed", window > 0);
        put("window", window);
        put("block", block);
        put("last_of_block", block - 1);
    }

    /**
     * Sets the slopes of ALiBi for any number of heads, as in BLOOM. The largest power of two below that number
     * gives the first slopes. Every second slope of twice that power gives the rest.
     */
    private void slopes(Attention attention) {
        int power = Integer.highestOneBit(attention.heads());
        put("sloped", attention.scores().slopes());
        put("slope_heads_1", power + 1);
        put("slope_step", 8.0 / power);
        put("slope_rest_1", 2 * (attention.heads() - power) + 1);
        put("slope_rest_step", 4.0 / power);
    }

    private void rope(Rope rope, int headSize) {
        if (rope == null) {
            take("rotate_not");
            return;
        }
        put("turned", rope.size());
        put("pairs", rope.size() / 2);
        put("partly", rope.size() != headSize);
        take(rope.neighbours() ? "rotate_neighbours" : "rotate_halves");
    }

    private void deltaNet(DeltaNet delta) {
        put("key_heads", delta.keyHeads());
        put("value_heads", delta.valueHeads());
        put("key_size", delta.keySize());
        put("value_size", delta.valueSize());
        put("keys_width", delta.keyHeads() * delta.keySize());
        put("values_width", delta.valueHeads() * delta.valueSize());
        put("channels", delta.channels());
        put("reach_before", delta.reach() - 1);
        put("query_scale", 1 / Math.sqrt(delta.keySize()));
        put("grouped", delta.keyHeads() != delta.valueHeads());
        put("group", delta.valueHeads() / delta.keyHeads());
        put("delta_epsilon", delta.norm().epsilon());
        take("delta_net");
    }

    private void feedForward(FeedForward part) {
        if (part instanceof Mlp mlp) {
            take("activate_" + fragment(mlp.activation()));
            take("mlp_" + fragment(mlp.form()));
        } else if (part instanceof Experts experts) {
            put("experts", experts.count());
            put("chosen", experts.chosen());
            put("normalised", experts.normalised());
            take("activate_silu");
            take("experts_" + fragment(experts.form()));
        }
    }

    private void put(String key, Object number) {
        numbers.put(key, number);
    }

    private Kernel take(String fragment) {
        source.append(Script.read("kernel/" + fragment)).append('\n');
        return this;
    }

    private Script compile(PtNDManager manager) {
        String text = source.toString().replace("${class}", name);
        for (Map.Entry<String, Object> number : numbers.entrySet()) {
            text = text.replace("${" + number.getKey() + "}", literal(number.getValue()));
        }
        return Script.compile(manager, name, text);
    }

    /** Returns the name of a fragment, which is the name of an enum constant. */
    private static String fragment(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String literal(Object number) {
        if (number instanceof Boolean flag) {
            return flag ? "True" : "False";
        } else if (number instanceof Double) {
            return String.format(Locale.ROOT, "%.17e", (Double) number);
        } else if (number instanceof Integer) {
            return number.toString();
        }
        throw new IllegalArgumentException("only numbers and booleans may be compiled, not " + number);
    }
}
