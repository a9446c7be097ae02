package io.attune.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Reads fields that several families have in the same form. */
public final class Settings {

    private Settings() {}

    /**
     * Refuses settings whose other values change the arithmetic in ways that Attune does not support.
     *
     * @throws RuntimeException if a field is there and its value is not null, false or 0
     */
    public static void requireOff(Fields config, String... fields) {
        for (String field : fields) {
            if (config.has(field) && !Set.of("false", "0", "0.0").contains(config.shown(field))) {
                throw config.refused(field, "is set (" + config.shown(field) + "); this is not built");
            }
        }
    }

    /** The epsilon of RMS norms, under Llama's name. */
    public static double rmsEpsilon(Fields config, double absent) {
        return config.number("rms_norm_eps", 0, 1, absent);
    }

    /** Biases on all projections of attention, or on none. */
    public static Attention.Bias attentionBias(Fields config, boolean absent) {
        return config.flag("attention_bias", absent) ? Attention.Bias.ALL : Attention.Bias.NONE;
    }

    /** Whether head and embedding use one matrix. */
    public static boolean tied(Fields config, boolean absent) {
        return config.flag("tie_word_embeddings", absent);
    }

    /** The window of {@code sliding_window}, in tokens; 0 for none. */
    public static int window(Fields config, int absent) {
        if (config.hasNull("sliding_window")) {
            return 0;
        }
        return config.integer("sliding_window", 1, Sizes.MAX_CONTEXT, absent);
    }

    /**
     * Tells for each layer whether {@code layer_types} gives it this kind.
     *
     * @param absent answers if the field is absent
     */
    public static List<Boolean> layersOf(Fields config, int layers, String kind, String other, IntPredicate absent) {
        if (!config.has("layer_types")) {
            return IntStream.range(0, layers).mapToObj(absent::test).toList();
        }
        List<String> types = config.texts("layer_types");
        if (types.size() != layers) {
            throw config.refused("layer_types", "names " + types.size() + " layers; num_hidden_layers is " + layers);
        }
        List<Boolean> chosen = new ArrayList<>();
        for (String type : types) {
            if (!type.equals(kind) && !type.equals(other)) {
                throw config.refused("layer_types", "names \"" + type + "\"; built are " + kind + " and " + other);
            }
            chosen.add(type.equals(kind));
        }
        return chosen;
    }

    /** Tells for each layer whether {@code layer_types} gives it a window. */
    public static List<Boolean> windowedLayers(Fields config, int layers, IntPredicate absent) {
        return layersOf(config, layers, "sliding_attention", "full_attention", absent);
    }

    /**
     * Reads Qwen's form: {@code use_sliding_window} from layer {@code max_window_layers} on.
     *
     * @return a window for each layer, in tokens; 0 for none
     */
    public static List<Integer> windowsFrom(Fields config, int layers) {
        int window = config.flag("use_sliding_window", false) ? window(config, 4096) : 0;
        int first = config.integer("max_window_layers", 0, Sizes.MAX_LAYERS, 28);
        return windowedLayers(config, layers, layer -> window > 0 && layer >= first).stream()
                .map(windowed -> windowed ? window : 0)
                .toList();
    }
}
