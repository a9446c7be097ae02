package io.attune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.dataset.RowSizes;
import io.attune.estimate.Kind;
import io.attune.estimate.MemoryEstimate;
import io.attune.estimate.ModelShape;
import io.attune.estimate.Training;
import io.attune.estimate.Tuning;
import io.attune.format.ModelConfig;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real trainers, started as a worker starts them, against what their memory was estimated to be. */
class TrainerMemoryTest {

    private static final Path MODEL =
            Path.of("src/main/resources/models/attune-tales").toAbsolutePath();
    private static final int BATCH = 16;
    private static final int STEPS = 2;
    private static final int MICRO_BATCH = 2048;
    private static final String[] WORDS = "the cat sat on a mat and saw red birds fly over green hills".split(" ");

    @TempDir
    private Path folder;

    @Test
    void anAdaptersTrainingTakesWhatWasEstimated() throws Exception {
        List<String> modules = List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");
        compare(Tuning.lora(16, modules, false), new TrainerSpec.Method.Lora(16, 32, 0, modules));
    }

    @Test
    void aTrainingOfAllWeightsTakesWhatWasEstimated() throws Exception {
        compare(Tuning.full(), new TrainerSpec.Method.Full(false));
    }

    private void compare(Tuning tuning, TrainerSpec.Method method) throws Exception {
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), rows(new Random(1)));
        TrainerSpec.Data data = new TrainerSpec.Data(rows, null, 2048, "fail", TrainerSpec.ChatSettings.NONE);
        var validated = (TrainerMessage.Validated) last("validate", new TrainerSpec.Validate(MODEL, "cpu", 1, data));
        RowSizes sizes = validated.training().sizes();
        ModelShape shape = ModelShape.of(ModelConfig.read(MODEL), 2);
        Training training = new Training(shape, tuning, sizes, null, BATCH, STEPS, MICRO_BATCH);
        long estimated = MemoryEstimate.of(training, Kind.CPU).total();

        Path output = Files.createDirectory(folder.resolve("output"));
        var settings = new TrainerSpec.Hyperparameters(
                1, BATCH, STEPS, 1e-4, 0, "constant", 0, 1, 0.9, 0.999, 1e-8, MICRO_BATCH, 0, 0);
        var train = new TrainerSpec.Train(
                MODEL, "cpu", 2, data, method, settings, 1, output, "tales", "none", 1, null, null, 0.01);
        var finished = (TrainerMessage.Finished) last("train", train);

        assertThat(estimated).isCloseTo(finished.peakMemoryBytes(), Percentage.withPercentage(15));
    }

    private TrainerMessage last(String name, TrainerSpec specification) throws Exception {
        Path djl = Path.of(System.getenv().getOrDefault("DJL_CACHE_DIR", "target/djl"))
                .toAbsolutePath();
        var launcher = new TrainerLauncher(TrainerCommand.ofThisProgram("1g", djl));
        try (TrainerProcess trainer = launcher.start(folder, name, specification, "cpu")) {
            while (true) {
                TrainerProcess.Heard heard = trainer.next(Duration.ofMinutes(3));
                assertThat(heard).isInstanceOf(TrainerProcess.Heard.Message.class);
                TrainerMessage message = ((TrainerProcess.Heard.Message) heard).message();
                if (message.last()) {
                    return message;
                }
            }
        }
    }

    private static String rows(Random random) {
        return IntStream.range(0, 64)
                .mapToObj(row -> "{\"messages\": [{\"role\": \"user\", \"content\": \"" + words(random)
                        + "\"}, {\"role\": \"assistant\", \"content\": \"" + words(random) + "\"}]}\n")
                .collect(Collectors.joining());
    }

    private static String words(Random random) {
        return IntStream.range(0, 30 + random.nextInt(20))
                .mapToObj(i -> WORDS[random.nextInt(WORDS.length)])
                .collect(Collectors.joining(" "));
    }
}
