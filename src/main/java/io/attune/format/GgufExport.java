package io.attune.format;

import io.attune.architecture.Architecture;
import io.attune.architecture.Attention;
import io.attune.architecture.Family;
import io.attune.architecture.GgufForm;
import io.attune.architecture.Layer;
import io.attune.architecture.Mlp;
import io.attune.architecture.Rope;
import io.attune.architecture.Ropes;
import io.attune.architecture.Weight;
import io.attune.format.GgufWriter.Planned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a model as a GGUF file. The table that {@link GgufConfig} uses for reading also gives the metadata for
 * writing. The class then reads the written file. If the architecture differs, GGUF cannot express the model, and the
 * class removes the file.
 */
final class GgufExport {

    private static final int FILE_TYPE_F16 = 1;
    private static final int FILE_TYPE_Q8_0 = 7;

    private final MergedWeights weights;
    private final Path model;
    private final String name;
    private final GgufType type;
    private final ModelConfig config;
    private final Architecture architecture;
    private final GgufForm form;
    private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
    private final List<Planned> tensors = new ArrayList<>();

    /** @throws ModelFormatException if GGUF files of this family are not supported */
    GgufExport(MergedWeights weights, Path model, String name, GgufType type) {
        this.weights = weights;
        this.model = model;
        this.name = name;
        this.type = type;
        this.config = weights.config();
        this.architecture = config.architecture();
        Family family = config.family();
        this.form = family.gguf()
                .orElseThrow(() -> ModelFormatException.in(
                        model,
                        "models of type " + family.modelType()
                                + " cannot be written as GGUF; use --format huggingface and llama.cpp's converter"));
    }

    void write(Path file) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            general();
            ObjectNode fields = (ObjectNode) config.json().node().deepCopy();
            RopeWriting.complete(fields);
            sizes(fields);
            rope(fields);
            metadata.putAll(GgufTokenizerWriter.metadata(model, name, architecture.vocabulary()));
            Map<String, String> names = GgufModel.names(architecture);
            architecture.weights().forEach(weight -> tensors.add(planned(names.get(weight.name()), weight)));
            GgufWriter.write(temporary, metadata, tensors);
            requireSame(temporary);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private void requireSame(Path written) {
        Architecture read;
        try (Gguf gguf = Gguf.open(written)) {
            read = GgufModel.of(gguf).config().architecture();
        } catch (ModelFormatException e) {
            throw inexpressible(e.getMessage(), e);
        }
        if (!read.equals(architecture)) {
            throw inexpressible(Difference.between(architecture, read), null);
        }
    }

    private ModelFormatException inexpressible(String problem, Throwable cause) {
        return new ModelFormatException(
                model + ": a setting of this model cannot be expressed in GGUF (" + problem
                        + "); use --format huggingface",
                cause);
    }

    private void general() {
        metadata.put("general.architecture", GgufValue.text(form.architecture()));
        metadata.put("general.name", GgufValue.text(name));
        metadata.put("general.file_type", GgufValue.count(type == GgufType.Q8_0 ? FILE_TYPE_Q8_0 : FILE_TYPE_F16));
        metadata.put("general.quantization_version", GgufValue.count(2));
    }

    private void sizes(ObjectNode fields) {
        form.keys().forEach((key, field) -> {
            JsonNode value = fields.path(field);
            if (value.isIntegralNumber()) {
                metadata.put(key(key), GgufValue.count(value.longValue()));
            } else if (value.isNumber()) {
                metadata.put(key(key), GgufValue.number(value.doubleValue()));
            }
        });
        // config.json may leave these out, so their values come from the architecture
        Layer layer = architecture.layers().get(0);
        Attention attention = (Attention) layer.mixer();
        metadata.put(key("attention.head_count_kv"), GgufValue.count(attention.keyHeads()));
        metadata.put(key("attention.key_length"), GgufValue.count(attention.headSize()));
        metadata.put(key("attention.value_length"), GgufValue.count(attention.headSize()));
        metadata.put(key("feed_forward_length"), GgufValue.count(((Mlp) layer.feedForward()).inner()));
        form.keys().forEach((key, field) -> {
            if (field.equals("rms_norm_eps") || field.equals("norm_epsilon")) {
                metadata.remove(key(key));
            }
        });
        String epsilon = form.keys().containsValue("norm_epsilon")
                ? "attention.layer_norm_epsilon"
                : "attention.layer_norm_rms_epsilon";
        metadata.put(key(epsilon), GgufValue.number(architecture.norm().epsilon()));
        int window = architecture.layers().stream()
                .mapToInt(each -> ((Attention) each.mixer()).scores().window())
                .max()
                .orElse(0);
        if (form.keys().containsValue("sliding_window")) {
            metadata.put(key("attention.sliding_window"), GgufValue.count(window));
        }
    }

    private void rope(ObjectNode fields) {
        Attention attention = (Attention) architecture.layers().get(0).mixer();
        Rope rope = attention.rope();
        metadata.put(key("rope.dimension_count"), GgufValue.count(rope.size()));
        JsonNode scaling = fields.path("rope_scaling");
        String kind = scaling.path("rope_type").asString(scaling.path("type").asString("default"));
        switch (kind) {
            case "linear", "yarn" -> {
                metadata.put(key("rope.scaling.type"), GgufValue.text(kind));
                metadata.put(
                        key("rope.scaling.factor"),
                        GgufValue.number(scaling.path("factor").doubleValue()));
                if (kind.equals("yarn")) {
                    int original =
                            scaling.path("original_max_position_embeddings").asInt(architecture.context());
                    metadata.put(key("rope.scaling.original_context_length"), GgufValue.count(original));
                }
            }
            case "llama3" -> {
                double theta = fields.path("rope_theta").asDouble(10_000);
                List<Double> plain = Ropes.unscaled(rope.size(), theta, 1).frequencies();
                floats("rope_freqs.weight", plain, rope.frequencies());
            }
            case "longrope", "su" -> {
                double theta = fields.path("rope_theta").asDouble(10_000);
                List<Double> plain = Ropes.unscaled(rope.size(), theta, 1).frequencies();
                floats("rope_factors_short.weight", plain, rope.frequencies());
                floats("rope_factors_long.weight", plain, rope.beyond().frequencies());
                metadata.put(
                        key("rope.scaling.original_context_length"),
                        GgufValue.count(rope.beyond().length()));
                metadata.put(key("rope.scaling.attn_factor"), GgufValue.number(rope.scale()));
            }
            default -> {
                // positions without scaling
            }
        }
    }

    /** Adds a tensor with the divisor of each frequency. */
    private void floats(String tensor, List<Double> plain, List<Double> scaled) {
        float[] divisors = new float[plain.size()];
        for (int i = 0; i < divisors.length; i++) {
            divisors[i] = (float) (plain.get(i) / scaled.get(i));
        }
        tensors.add(new Planned(
                tensor, GgufType.F32, new long[] {divisors.length}, out -> out.put(divisors, divisors.length)));
    }

    private String key(String suffix) {
        return form.architecture() + "." + suffix;
    }

    private Planned planned(String tensor, Weight weight) {
        long[] shape = weight.dimensions();
        GgufType stored = shape.length == 1 ? GgufType.F32 : GgufWriter.fitting(type, shape[shape.length - 1]);
        boolean turned = form.interleaves(weight);
        return new Planned(tensor, stored, shape, out -> {
            if (turned) {
                turned(weight, out);
            } else {
                boolean aroundOne = weight.aroundOne();
                weights.rows(weight, row -> {
                    for (int i = 0; aroundOne && i < row.length; i++) {
                        row[i] += 1;
                    }
                    out.put(row, row.length);
                });
            }
        });
    }

    /**
     * Writes the rows of q or k, alternating between both halves of a head. For a bias, writes its elements in this
     * order.
     */
    private void turned(Weight weight, GgufEncoder out) throws IOException {
        List<float[]> rows = new ArrayList<>();
        boolean vector = weight.shape().size() == 1;
        weights.rows(weight, row -> {
            for (int i = 0; vector && i < row.length; i++) {
                rows.add(new float[] {row[i]});
            }
            if (!vector) {
                rows.add(row.clone());
            }
        });
        int size = ((Attention) architecture.layers().get(0).mixer()).headSize();
        for (int i = 0; i < rows.size(); i++) {
            int inHead = i % size;
            float[] row = rows.get(i - inHead + inHead / 2 + inHead % 2 * (size / 2));
            out.put(row, row.length);
        }
    }
}
