package io.attune.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Reads rotary positions in the same way as {@code modeling_rope_utils} of transformers. Reads both forms:
 * {@code rope_parameters} (transformers 5), and {@code rope_theta} with {@code rope_scaling} (transformers 4).
 *
 * <pre>
 * type           frequency of pair i, with f = theta^(-2i/d)
 * default        f
 * linear         f / factor
 * dynamic        f: sequences of a training are within the context, where nothing is scaled
 * llama3         f for short waves, f / factor for long waves, an interpolation between them
 * yarn           the same, by the number of turns within the original context; cosines and sines are scaled
 * longrope       f / short_factor[i], in long sequences f / long_factor[i]; cosines and sines are scaled
 * proportional   f of d = the head's size for the first pairs, 0 for the others
 * </pre>
 */
public final class Ropes {

    private final Fields rope;
    private final int headSize;
    private final int context;
    private final double theta;
    private final double rotated;

    private Ropes(Fields rope, int headSize, int context, double theta, double rotated) {
        this.rope = rope;
        this.headSize = headSize;
        this.context = context;
        this.theta = rope.number("rope_theta", 1, 1e12, theta);
        this.rotated = rope.number("partial_rotary_factor", 0, 1, rotated);
    }

    /**
     * Does the same as {@link #read(Fields, Sizes, double, double)}, but refuses positions that turn only a part of a
     * head.
     */
    public static Rope whole(Fields config, Sizes sizes, double theta) {
        Rope rope = read(config, sizes, theta, 1);
        if (rope.size() != sizes.headSize()) {
            throw config.refused(
                    "partial_rotary_factor",
                    "is " + (double) rope.size() / sizes.headSize() + "; only 1.0 is built for this family");
        }
        return rope;
    }

    /**
     * Reads the positions of all layers.
     *
     * @param theta the base if config.json does not say it
     * @param rotated the share of a head that is turned, if config.json does not say it
     */
    public static Rope read(Fields config, Sizes sizes, double theta, double rotated) {
        double base = config.number("rope_theta", 1, 1e12, theta);
        double part = config.number("partial_rotary_factor", 0, 1, rotated);
        String field = config.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
        if (!config.has(field)) {
            return unscaled(sizes.headSize(), base, part);
        }
        return new Ropes(config.object(field), sizes.headSize(), original(config, sizes.context()), base, part)
                .rope(sizes.context());
    }

    /** Reads the positions of some layers: the object {@code name} in {@code rope_parameters}. */
    public static Rope named(Fields config, String name, int headSize, int context, double theta) {
        return new Ropes(config.object("rope_parameters").object(name), headSize, context, theta, 1).rope(context);
    }

    /** Reads the positions from a {@code rope_scaling} object, if there is one. */
    public static Rope scaled(Fields config, String field, int headSize, int context, double theta) {
        return config.has(field)
                ? new Ropes(config.object(field), headSize, context, theta, 1).rope(context)
                : unscaled(headSize, theta, 1);
    }

    /** The context before its extension. In Phi, config.json has it outside of the {@code rope_scaling} object. */
    private static int original(Fields config, int context) {
        return config.integer("original_max_position_embeddings", 1, Sizes.MAX_CONTEXT, context);
    }

    /** Positions without scaling. */
    public static Rope unscaled(int headSize, double theta, double rotated) {
        int size = (int) (headSize * rotated);
        double base = (float) theta; // torch and GGUF keep it as float32
        return new Rope(each(size / 2, i -> Math.pow(base, -2.0 * i / size)), 1, false, null);
    }

    private Rope rope(int longest) {
        String type = rope.text("rope_type", rope.text("type", "default"));
        Rope plain = unscaled(headSize, theta, rotated);
        return switch (type) {
            case "default", "dynamic", "mrope" -> plain;
            case "linear" -> linear(plain, rope.number("factor", 1, 1e6));
            case "llama3" -> llama3(plain);
            case "yarn" -> yarn(plain);
            case "longrope", "su" -> longRope(plain, longest);
            case "proportional" -> proportional();
            default ->
                throw rope.refused(
                        rope.has("rope_type") ? "rope_type" : "type",
                        "is \"" + type
                                + "\"; built are default, linear, dynamic, llama3, yarn, longrope and proportional");
        };
    }

    private static Rope linear(Rope plain, double factor) {
        return scaled(plain, i -> plain.frequencies().get(i) / factor, 1);
    }

    /** The factor stretches long waves. Short waves stay unchanged. Waves between them are interpolated. */
    private Rope llama3(Rope plain) {
        double low = rope.number("low_freq_factor", 1e-6, 1e6);
        double high = rope.number("high_freq_factor", 1e-6, 1e6);
        if (high <= low) {
            throw rope.refused("high_freq_factor", "(" + high + ") must be larger than low_freq_factor (" + low + ")");
        }
        double factor = rope.number("factor", 1, 1e6);
        double original = rope.integer("original_max_position_embeddings", 1, Sizes.MAX_CONTEXT, context);
        return scaled(
                plain,
                i -> {
                    double frequency = plain.frequencies().get(i);
                    double wavelength = 2 * Math.PI / frequency;
                    if (wavelength < original / high) {
                        return frequency;
                    }
                    if (wavelength > original / low) {
                        return frequency / factor;
                    }
                    double smooth = (original / wavelength - low) / (high - low);
                    return (1 - smooth) * frequency / factor + smooth * frequency;
                },
                1);
    }

    /** YaRN (Peng et al. 2023). */
    private Rope yarn(Rope plain) {
        int original = rope.integer("original_max_position_embeddings", 1, Sizes.MAX_CONTEXT, context);
        double factor = rope.number("factor", 1e-6, 1e6, (double) context / original);
        double fast = orIfZero(rope.number("beta_fast", 0, 1e6, 32), 32);
        double slow = orIfZero(rope.number("beta_slow", 0, 1e6, 1), 1);
        int size = plain.size();
        double first = turns(fast, size, original);
        double last = turns(slow, size, original);
        if (rope.flag("truncate", true)) {
            first = Math.floor(first);
            last = Math.ceil(last);
        }
        double low = Math.max(first, 0);
        double high = Math.min(last, size - 1.0);
        double width = high == low ? 0.001 : high - low;
        return scaled(
                plain,
                i -> {
                    double frequency = plain.frequencies().get(i);
                    double stretched = Math.min(1, Math.max(0, (i - low) / width));
                    return frequency / factor * stretched + frequency * (1 - stretched);
                },
                yarnScale(factor));
    }

    /** The number of the pair that turns {@code count} times within the original context. */
    private double turns(double count, int size, int original) {
        return size * Math.log(original / (count * 2 * Math.PI)) / (2 * Math.log(theta));
    }

    private double yarnScale(double factor) {
        if (rope.has("attention_factor")) {
            return rope.number("attention_factor", 0, 1e6);
        }
        double own = rope.number("mscale", 0, 1e6, 0);
        double all = rope.number("mscale_all_dim", 0, 1e6, 0);
        return own != 0 && all != 0 ? mScale(factor, own) / mScale(factor, all) : mScale(factor, 1);
    }

    private static double mScale(double factor, double by) {
        return factor <= 1 ? 1 : 0.1 * by * Math.log(factor) + 1;
    }

    /** LongRoPE (Ding et al. 2024). */
    private Rope longRope(Rope plain, int longest) {
        int original = rope.integer("original_max_position_embeddings", 2, Sizes.MAX_CONTEXT, context);
        double factor = rope.number("factor", 1e-6, 1e6, (double) longest / original);
        double usual = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        double scale = rope.number("attention_factor", 0, 1e6, usual);
        List<Double> few = divided(plain, "short_factor");
        List<Double> many = divided(plain, "long_factor");
        return new Rope(few, scale, false, new Rope.Beyond(original, many));
    }

    private List<Double> divided(Rope plain, String field) {
        List<Double> factors = rope.numbers(field);
        if (factors.size() != plain.frequencies().size()) {
            throw rope.refused(
                    field,
                    "holds " + factors.size() + " numbers; a head turns "
                            + plain.frequencies().size() + " pairs");
        }
        return each(
                factors.size(), i -> plain.frequencies().get(i) / factors.get(i).floatValue());
    }

    private Rope proportional() {
        double factor = rope.number("factor", 1e-6, 1e6, 1);
        return linear(proportional(headSize, theta, rotated), factor);
    }

    /** The first pairs have the same frequencies as if all pairs were turned. The other pairs are not turned. */
    public static Rope proportional(int headSize, double theta, double rotated) {
        int turned = (int) (rotated * headSize / 2);
        return new Rope(each(headSize / 2, i -> i < turned ? Math.pow(theta, -2.0 * i / headSize) : 0), 1, false, null);
    }

    private static double orIfZero(double value, double other) {
        return value == 0 ? other : value;
    }

    private static Rope scaled(Rope plain, IntToDoubleFunction frequency, double scale) {
        return new Rope(each(plain.frequencies().size(), frequency), scale, false, null);
    }

    private static List<Double> each(int count, IntToDoubleFunction of) {
        List<Double> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(of.applyAsDouble(i));
        }
        return List.copyOf(values);
    }
}
