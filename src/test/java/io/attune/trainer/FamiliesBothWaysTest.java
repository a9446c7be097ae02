package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attune.architecture.Architecture;
import io.attune.architecture.Families;
import io.attune.architecture.Family;
import io.attune.format.Dtype;
import io.attune.format.ImportedModel;
import io.attune.format.LoraAdapterConfig;
import io.attune.format.ModelConfig;
import io.attune.format.ModelImport;
import io.attune.format.Safetensors;
import io.attune.format.SafetensorsWriter;
import io.attune.model.Decoder;
import io.attune.model.Goldens;
import io.attune.model.LoraAdapter;
import io.attune.model.Parameters;
import io.attune.model.Torch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exchanges models of every family between transformers and Attune. {@code attune.python} names a Python with
 * transformers and PEFT. The other side is tools/families_both_ways.py.
 */
class FamiliesBothWaysTest {

    private static final double TOLERANCE = 1e-4;

    @TempDir
    Path folder;

    @Test
    void foldersOfTransformersLoadHereAndWhatAttuneWritesLoadsInTransformersAndPeft() throws Exception {
        String python = System.getProperty("attune.python", "");
        assumeTrue(!python.isBlank(), "attune.python does not name a Python with transformers and PEFT");
        Path errors = folder.resolve("errors.txt");
        Path cases = Files.createDirectory(folder.resolve("cases"));
        Process process = new ProcessBuilder(python, "tools/families_both_ways.py", cases.toString())
                .redirectError(errors.toFile())
                .start();
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            String line = said.readLine();
            while (line != null && !line.equals("written")) {
                line = said.readLine();
            }
            assertThat(line).as(() -> read(errors)).isEqualTo("written");
            Set<String> families = new TreeSet<>();
            List<String> wrong = new ArrayList<>();
            try (Torch torch = Torch.start("cpu", 1)) {
                for (Path one : list(cases)) {
                    try {
                        families.add(takeOver(torch, one, wrong));
                    } catch (RuntimeException e) {
                        wrong.add(one.getFileName() + ": " + e);
                    }
                }
            }
            process.outputWriter(StandardCharsets.UTF_8).append("compare\n").flush();
            List<String> compared = said.lines().toList();
            System.out.println("Families beside transformers: " + compared.size() + " loads of " + families);
            int exit = process.waitFor();
            assertThat(wrong).isEmpty();
            assertThat(exit)
                    .as(() -> String.join("\n", compared) + "\n" + read(errors))
                    .isZero();
            assertThat(families)
                    .containsExactlyElementsOf(
                            Families.all().stream().map(Family::modelType).toList());
        } finally {
            process.destroy();
        }
    }

    /** Imports a folder of transformers, compares its logits, and writes Attune's logits. Returns the family. */
    private String takeOver(Torch torch, Path one, List<String> wrong) throws IOException {
        String name = one.getFileName().toString();
        ImportedModel imported =
                ModelImport.importModel(one.resolve("theirs"), folder.resolve("models"), name.replace('~', '-'), null);
        ModelConfig config = imported.config();
        Architecture architecture = config.architecture();
        try (Safetensors expected = Safetensors.open(one.resolve("expected.safetensors"))) {
            Parameters parameters = Parameters.load(torch, architecture, imported.folder(), true);
            List<Safetensors.Tensor> logits = new ArrayList<>();
            try (Decoder decoder = new Decoder(torch, architecture, parameters, null)) {
                double difference = Goldens.difference(decoder, expected, "logits");
                if (!(difference < TOLERANCE)) {
                    wrong.add(name + ": logits differ by " + difference);
                }
                logits.add(logits("full", decoder, expected));
            }
            if (!name.contains("~") || name.endsWith("~multimodal")) {
                giveBack(torch, one, config, parameters, expected, logits);
            }
        }
        return Goldens.json(imported.folder().resolve("config.json"))
                .get("model_type")
                .asString();
    }

    /** Writes the weights, an adapter with a visible effect, and both merged, with our logits beside them. */
    private static void giveBack(
            Torch torch,
            Path one,
            ModelConfig config,
            Parameters parameters,
            Safetensors expected,
            List<Safetensors.Tensor> logits)
            throws IOException {
        write(torch, parameters, config, one.resolve("full"));
        LoraAdapter adapter = adapter(torch, config.architecture(), one.resolve("adapter"));
        try (Decoder decoder = new Decoder(torch, config.architecture(), parameters, adapter)) {
            logits.add(logits("adapter", decoder, expected));
        }
        parameters.merge(torch, adapter);
        write(torch, parameters, config, one.resolve("merged"));
        try (Decoder decoder = new Decoder(torch, config.architecture(), parameters, null)) {
            logits.add(logits("merged", decoder, expected));
        }
        SafetensorsWriter.write(one.resolve("ours.safetensors"), Map.of(), logits);
    }

    private static void write(Torch torch, Parameters parameters, ModelConfig config, Path to) throws IOException {
        Files.createDirectory(to);
        parameters.write(torch, to, Dtype.F32);
        config.write(to, Dtype.F32);
    }

    /** Creates an adapter on all linear modules, with a B that is not zero. */
    private static LoraAdapter adapter(Torch torch, Architecture architecture, Path to) throws IOException {
        Files.createDirectory(to);
        boolean transposed = architecture.modules(0).get(0).transposed();
        LoraAdapterConfig config = new LoraAdapterConfig(4, 8, 0, architecture.targets(), "base", transposed);
        LoraAdapter.create(torch, architecture, config, 1).write(torch, to);
        Path file = to.resolve("adapter_model.safetensors");
        Random random = new Random(2);
        List<Safetensors.Tensor> tensors = new ArrayList<>();
        try (Safetensors written = Safetensors.open(file)) {
            for (String name : written.names()) {
                Safetensors.Tensor tensor = written.tensor(name);
                FloatBuffer values = Goldens.floats(tensor);
                ByteBuffer bytes = ByteBuffer.allocate(4 * values.remaining()).order(ByteOrder.LITTLE_ENDIAN);
                while (values.hasRemaining()) {
                    float value = values.get();
                    bytes.putFloat(name.endsWith("lora_B.weight") ? (float) (0.1 * random.nextGaussian()) : value);
                }
                tensors.add(new Safetensors.Tensor(name, tensor.dtype(), tensor.shape(), bytes.flip()));
            }
        }
        Files.delete(file);
        SafetensorsWriter.write(file, Map.of("format", "pt"), tensors);
        return LoraAdapter.load(torch, architecture, to);
    }

    /** Returns our logits [rows, T, vocabulary] of the rows of transformers, padded with zeros. */
    private static Safetensors.Tensor logits(String name, Decoder decoder, Safetensors expected) {
        long[] shape = expected.tensor("logits").shape();
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(4 * shape[0] * shape[1] * shape[2]))
                .order(ByteOrder.LITTLE_ENDIAN);
        int row = 0;
        for (int[] ids : Goldens.ids(expected)) {
            bytes.position(Math.toIntExact(4 * row++ * shape[1] * shape[2]));
            for (float[] ofToken : decoder.logits(ids)) {
                for (float logit : ofToken) {
                    bytes.putFloat(logit);
                }
            }
        }
        return new Safetensors.Tensor(name, Dtype.F32, shape, bytes.rewind());
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
