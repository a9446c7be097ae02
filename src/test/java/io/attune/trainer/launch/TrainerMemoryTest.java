package io.attune.trainer.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ProcessTest;
import io.attune.dataset.RowSizes;
import io.attune.estimate.Kind;
import io.attune.estimate.MemoryEstimate;
import io.attune.estimate.ModelShape;
import io.attune.estimate.Training;
import io.attune.format.ModelConfig;
import io.attune.process.HeapSize;
import io.attune.process.NativeCommand;
import io.attune.process.Seclusion;
import io.attune.setting.BaseModelLimits;
import io.attune.setting.Hyperparameters;
import io.attune.setting.TrainingSettings;
import io.attune.setting.Tuning;
import io.attune.trainer.launch.RunningTrainer.Heard;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real trainers, started as a worker starts them, against what their memory was estimated to be. */
@ProcessTest
class TrainerMemoryTest {

    private static final Path MODEL =
            Path.of("src/main/resources/models/attune-tales").toAbsolutePath();
    private static final double MIB = 1 << 20;
    private static final int BATCH = 16;
    private static final int STEPS = 2;
    private static final int MICRO_BATCH = 2048;

    @TempDir
    private Path folder;

    @Test
    void anAdaptersTrainingTakesWhatWasEstimated() throws Exception {
        double ratio = ratio("bundled, lora", MODEL, MeasuredJob.rows(64, 30, 20), false, MICRO_BATCH);
        assertThat(ratio).isCloseTo(1, Percentage.withPercentage(15));
    }

    @Test
    void aTrainingOfAllWeightsTakesWhatWasEstimated() throws Exception {
        double ratio = ratio("bundled, full", MODEL, MeasuredJob.rows(64, 30, 20), true, MICRO_BATCH);
        assertThat(ratio).isCloseTo(1, Percentage.withPercentage(15));
    }

    /** All with {@code -Dattune.memory=all}; each is said on a line of its own. */
    static Stream<MeasuredJob> jobs() {
        String wanted = System.getProperty("attune.memory");
        if (wanted == null) {
            return Stream.of(MeasuredJob.QWEN3_MOE_FULL, MeasuredJob.QWEN3_5_LORA);
        }
        return Stream.of(MeasuredJob.values())
                .filter(job ->
                        wanted.equals("all") || List.of(wanted.split(",")).contains(job.name()));
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void trainingsOfAllFamiliesTakeWhatWasEstimated(MeasuredJob job) throws Exception {
        Path model = job.model(Files.createDirectory(folder.resolve("model")));
        assertThat(ratio(job.name(), model, job.rows(), job.full(), job.microBatch()))
                .isCloseTo(1, Percentage.withPercentage(15));
    }

    /** Estimated to measured. */
    private double ratio(String name, Path model, String text, boolean full, int microBatch) throws Exception {
        List<String> modules = ModelConfig.read(model).architecture().targets();
        TrainingSettings settings = new TrainingSettings(
                        Tuning.of(full ? Tuning.Type.FULL : Tuning.Type.LORA),
                        Hyperparameters.AUTO
                                .with(Hyperparameters.N_EPOCHS, 1)
                                .with(Hyperparameters.BATCH_SIZE, BATCH)
                                .with(Hyperparameters.MAX_STEPS, STEPS)
                                .with(Hyperparameters.LEARNING_RATE, 1e-4)
                                .with(Hyperparameters.WARMUP_RATIO, 0.0)
                                .with(Hyperparameters.LR_SCHEDULER_TYPE, "constant")
                                .with(Hyperparameters.MICRO_BATCH_TOKENS, microBatch))
                .resolve(new BaseModelLimits(2048, modules));
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), text);
        TrainerSpec.Data data = new TrainerSpec.Data(rows, null, TrainerSpec.ChatSettings.NONE);
        var validated = (TrainerMessage.Validated) last(
                "validate",
                new TrainerSpec.Validate(model, "cpu", 1, data, settings.hyperparameters()),
                OptionalLong.empty());
        RowSizes sizes = validated.training().sizes();
        ModelShape shape = ModelShape.of(ModelConfig.read(model), 2);
        Training training = new Training(shape, settings.tuning(), sizes, null, BATCH, STEPS, microBatch);
        MemoryEstimate estimate = MemoryEstimate.of(training, Kind.CPU);

        Path output = Files.createDirectory(folder.resolve("output"));
        var train = new TrainerSpec.Train(
                model,
                "cpu",
                2,
                data,
                settings,
                1,
                TrainerSpec.Start.FRESH,
                new TrainerSpec.Results(output, "tales", "none", 1, 0.01));
        var finished = (TrainerMessage.Finished) last("train", train, OptionalLong.of(estimate.total()));

        double ratio = (double) estimate.total() / finished.peakMemoryBytes();
        System.out.printf(
                Locale.ROOT,
                "MEMORY %s: %.1f million weights, rows of up to %d tokens; measured %.1f MiB, estimated %.1f MiB, %.3f%n%s%n",
                name,
                shape.parameters() / 1e6,
                sizes.longest(),
                finished.peakMemoryBytes() / MIB,
                estimate.total() / MIB,
                ratio,
                estimate);
        return ratio;
    }

    private TrainerMessage last(String name, TrainerSpec specification, OptionalLong estimate) throws Exception {
        Path djl = Path.of(System.getenv().getOrDefault("DJL_CACHE_DIR", "target/djl"))
                .toAbsolutePath();
        var command = new NativeCommand(TrainerProcesses.program(), HeapSize.ofMebibytes(1024), djl, Seclusion.NONE);
        var launcher = new TrainerProcesses(command, () -> {});
        try (RunningTrainer trainer = launcher.start(folder, name, specification, "cpu", estimate)) {
            while (true) {
                Heard heard = trainer.next(Duration.ofMinutes(3));
                assertThat(heard).isInstanceOf(Heard.Message.class);
                TrainerMessage message = ((Heard.Message) heard).message();
                if (message.last()) {
                    return message;
                }
            }
        }
    }
}
