package io.attune.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.engine.PtNDArray;
import io.attune.format.Safetensors;
import io.attune.text.TokenRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The numbers of the reference implementations, in one folder per model family. {@code attune.goldens} names the
 * folder; the default is the folder in the test resources. Families and methods that are not built here are skipped
 * by name.
 */
public final class Goldens {

    /** Maximum difference between our logits and the reference's, if rounding is not amplified. */
    private static final double LOGITS = 1e-4;

    /**
     * Maximum differences of runs whose steps amplify the rounding of float32. The reference itself differs from
     * its own logits this much, if it trains again on another processor or with the rows of a batch one by one. The
     * gated delta net of a small random model divides by the norms of nearly empty keys, and takes the exponential
     * of differences between large sums of decays. Losses and norms of all steps have the usual limits.
     */
    private static final Map<String, Double> OWN_SPREAD = Map.of("qwen3_5/full", 4.1e-4);

    private Goldens() {}

    /**
     * Returns the maximum difference of the logits at the end of a run. A run whose run.json gives its noise uses
     * that value.
     */
    public static double logitsAfter(Path run) {
        JsonNode told = json(run.resolve("run.json")).path("spread");
        if (told.isNumber()) {
            assertThat(told.asDouble())
                    .as("the reference's own noise in " + run)
                    .isLessThan(LOGITS);
            return LOGITS;
        }
        return OWN_SPREAD.getOrDefault(run.getParent().getFileName() + "/" + run.getFileName(), LOGITS);
    }

    /** Returns the folders of the families that are built. */
    public static List<Path> families() {
        Path root = Path.of(System.getProperty("attune.goldens", "src/test/resources/goldens/data"));
        List<Path> built = new ArrayList<>();
        for (Path folder : list(root)) {
            Path config = folder.resolve("config.json");
            if (!Files.exists(config)) {
                continue;
            }
            built.add(folder);
        }
        assertThat(built).as("families with goldens in " + root).isNotEmpty();
        return built;
    }

    /** Returns the folders of the runs with methods that are built. */
    public static List<Path> runs() {
        List<Path> built = new ArrayList<>();
        for (Path family : families()) {
            for (Path run : list(family)) {
                if (!Files.exists(run.resolve("run.json"))) {
                    continue;
                }
                String method = run.getFileName().toString();
                if (isFull(run) || isPlainLora(run)) {
                    built.add(run);
                } else {
                    System.out.println("LEFT OUT: golden run " + family.getFileName() + "/" + method
                            + " (the method is not built)");
                }
            }
        }
        assertThat(built).as("runs in the goldens").isNotEmpty();
        return built;
    }

    public static boolean isFull(Path run) {
        return run.getFileName().toString().equals("full");
    }

    private static boolean isPlainLora(Path run) {
        return run.getFileName().toString().equals("lora");
    }

    /** Returns the rows of a right-padded batch; {@code suffix} is empty or {@code .N}. */
    public static List<TokenRow> rows(Safetensors file, String suffix) {
        int[][] ids = ints(file.tensor("input_ids" + suffix));
        int[][] mask = ints(file.tensor("attention_mask" + suffix));
        int[][] labels = ints(file.tensor("labels" + suffix));
        List<TokenRow> rows = new ArrayList<>();
        for (int row = 0; row < ids.length; row++) {
            int length = 0;
            while (length < ids[row].length && mask[row][length] == 1) {
                length++;
            }
            boolean[] target = new boolean[length];
            for (int t = 1; t < length; t++) {
                target[t] = labels[row][t] != -100;
            }
            rows.add(new TokenRow(row + 1, Arrays.copyOf(ids[row], length), target));
        }
        return rows;
    }

    /** Returns the ids of each row of a right-padded batch. */
    public static List<int[]> ids(Safetensors file) {
        int[][] ids = ints(file.tensor("input_ids"));
        int[][] mask = ints(file.tensor("attention_mask"));
        List<int[]> rows = new ArrayList<>();
        for (int row = 0; row < ids.length; row++) {
            rows.add(Arrays.copyOf(ids[row], Arrays.stream(mask[row]).sum()));
        }
        return rows;
    }

    /**
     * Returns the maximum absolute difference between our logits of each row and the reference's, without padding.
     */
    public static double difference(Decoder decoder, Safetensors file, String name) {
        FloatBuffer expected = floats(file.tensor(name));
        int longest = (int) file.tensor(name).shape()[1];
        int vocab = decoder.architecture().vocabulary();
        double worst = 0;
        int row = 0;
        for (int[] ids : ids(file)) {
            float[][] logits = decoder.logits(ids);
            for (int t = 0; t < ids.length; t++) {
                for (int v = 0; v < vocab; v++) {
                    worst = Math.max(worst, Math.abs(logits[t][v] - expected.get((row * longest + t) * vocab + v)));
                }
            }
            row++;
        }
        return worst;
    }

    /**
     * Returns the weights of a parameter of transformers' module. Checkpoints have other names for some parameters.
     * They also store several tensors where transformers 5 has one fused tensor in memory.
     */
    static List<PtNDArray> weightsOf(String parameter, Map<String, PtNDArray> weights) {
        if (weights.containsKey(parameter)) {
            return List.of(weights.get(parameter));
        }
        String pattern = Pattern.quote(parameter)
                .replace("lm_head", "\\E(lm_head|embed_out)\\Q")
                .replace(".mlp.", "\\E[.](mlp|block_sparse_moe)[.]\\Q")
                .replace("experts.gate_up_proj", "\\Eexperts[.]\\d+[.](gate_proj|up_proj|w1|w3)[.]weight\\Q")
                .replace("experts.down_proj", "\\Eexperts[.]\\d+[.](down_proj|w2)[.]weight\\Q");
        List<PtNDArray> found = weights.entrySet().stream()
                .filter(weight -> weight.getKey().matches(pattern))
                .map(Map.Entry::getValue)
                .toList();
        assertThat(found).as(parameter).isNotEmpty();
        return found;
    }

    public static FloatBuffer floats(Safetensors.Tensor tensor) {
        return tensor.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    private static int[][] ints(Safetensors.Tensor tensor) {
        LongBuffer longs =
                tensor.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        int[][] rows = new int[(int) tensor.shape()[0]][(int) tensor.shape()[1]];
        for (int[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (int) longs.get();
            }
        }
        return rows;
    }

    public static JsonNode json(Path file) {
        return JsonMapper.shared().readTree(file.toFile());
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
