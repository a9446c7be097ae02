package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.attune.model.Torch;
import io.attune.setting.BaseModelLimits;
import io.attune.setting.Hyperparameters;
import io.attune.setting.Lora;
import io.attune.setting.TrainingSettings;
import io.attune.setting.Tuning;
import io.attune.tales.DemoData;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Stops trainings of the bundled model anywhere and resumes them. Compares them with an uninterrupted training of
 * equal settings.
 */
class ResumeTest {

    private static final Path MODEL =
            Path.of("src/main/resources/models/attune-tales").toAbsolutePath();
    private static final Tuning LORA = Tuning.of(Tuning.Type.LORA)
            .with(Lora.R, 4)
            .with(Lora.LORA_ALPHA, 8.0)
            .with(Lora.LORA_DROPOUT, 0.1)
            .with(Lora.TARGET_MODULES, List.of("q_proj", "v_proj", "down_proj"));
    private static final Tuning FULL = Tuning.of(Tuning.Type.FULL);
    static final List<Arguments> TRAININGS = List.of(arguments(LORA, 1), arguments(LORA, 2), arguments(FULL, 2));

    @TempDir
    static Path rows;

    @TempDir
    Path folder;

    private final List<TrainerMessage> said = new ArrayList<>();
    private int runs;
    private int samples;
    private int beats;
    private int threads = 1;
    private int microBatchTokens = 100;
    private double learningRate = 1e-3;
    private Path model = MODEL;
    private SavePace pace = new SavePace(0, () -> 0);
    private boolean alone;
    private boolean killed;

    /** Ends a training like a kill, which saves no state. */
    private static final class Killed extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    /** A clock whose readings are up to 0.8 s apart. */
    private static final class RandomClock implements LongSupplier {

        private final Random random;
        private long now;

        RandomClock(Random random) {
            this.random = random;
        }

        @Override
        public long getAsLong() {
            return now += random.nextInt(800_000_000);
        }
    }

    /** A clock whose readings are a second apart. */
    private static final class EverySecond implements LongSupplier {

        private long now;

        @Override
        public long getAsLong() {
            return now += 1_000_000_000;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        DemoData.write(rows);
        few("train.jsonl", 10);
        few("validation.jsonl", 3);
    }

    /**
     * A step has several micro-batches, and dropout. Every second end is a kill. A kill leaves earlier states, if
     * there are any, and perhaps a part of an unfinished one. The other ends are stops. An end may come anywhere:
     * while rows are read, in the middle of a step, of an evaluation, or of a save.
     */
    @ParameterizedTest
    @FieldSource("TRAININGS")
    void aTrainingThatIsKilledOrStoppedAnywhereAndGoesOnGivesTheBitsOfOneThatIsNot(Tuning tuning, int threads)
            throws IOException {
        this.threads = threads;
        TrainerMessage.Finished undisturbed = run(tuning, null, Integer.MAX_VALUE);
        Map<String, String> expectedFiles = files(undisturbed.folder());
        Map<String, String> expected = measured(said);
        int allBeats = beats;

        Random random = new Random(7);
        int resumed = 0;
        Map<String, String> measured = new TreeMap<>();
        Path resume = null;
        TrainerMessage.Finished finished = null;
        for (int ends = 0; finished == null; ends++) {
            said.clear();
            killed = ends % 2 == 0;
            pace = new SavePace(1, new RandomClock(random));
            int lastBeat = ends < 5 ? 1 + allBeats / 5 + random.nextInt(allBeats) : Integer.MAX_VALUE;
            try {
                finished = run(tuning, resume, lastBeat);
            } catch (Heartbeat.Stopped | Killed e) {
                resume = said.stream()
                        .filter(TrainerMessage.Saved.class::isInstance)
                        .map(message -> Path.of(((TrainerMessage.Saved) message).folder()))
                        .reduce(resume, (before, next) -> next);
            } catch (TrainingRun.StoppedAt e) {
                resume = e.folder() == null ? resume : Path.of(e.folder());
            }
            resumed += said.stream().anyMatch(TrainerMessage.Resumed.class::isInstance) ? 1 : 0;
            assertThat(said).noneMatch(TrainerMessage.NotResumed.class::isInstance);
            measured.putAll(measured(said));
            assertThat(expected)
                    .as("what any of the attempts has measured and published")
                    .containsAllEntriesOf(measured(said));
        }
        assertThat(files(finished.folder())).isEqualTo(expectedFiles);
        assertThat(measured).as("of all attempts together").isEqualTo(expected);
        assertThat(finished.trainedTokens()).isEqualTo(undisturbed.trainedTokens());
        assertThat(finished.referenceLoss()).isEqualTo(undisturbed.referenceLoss());
        assertThat(resumed).as("attempts that went on").isGreaterThan(1);
    }

    @Test
    void everyMicroBatchIsComputedOnlyAfterItWasAskedWhetherToStop() throws IOException {
        microBatchTokens = 1; // each row by itself
        List<Integer> beatsAfter = new ArrayList<>();
        stopAt(
                message -> {
                    if (message instanceof TrainerMessage.Step || message instanceof TrainerMessage.Evaluated) {
                        beatsAfter.add(beats);
                    }
                    return message instanceof TrainerMessage.Step step && step.step() == 1;
                },
                null);
        assertThat(beatsAfter.get(1) - beatsAfter.get(0))
                .as("four rows, and the update")
                .isEqualTo(5);
    }

    @Test
    void aTrainingSavesItsStateAtItsPaceWhileItGoesOnAndNothingIsTornMeanwhile() throws IOException {
        pace = new SavePace(1, new RandomClock(new Random(1)));
        run(LORA, null, Integer.MAX_VALUE);
        List<TrainerMessage.Saved> saved = said.stream()
                .filter(TrainerMessage.Saved.class::isInstance)
                .map(TrainerMessage.Saved.class::cast)
                .toList();
        assertThat(saved).hasSizeBetween(1, 5);
        for (TrainerMessage.Saved state : saved) {
            assertThat(Path.of(state.folder()))
                    .isDirectoryContaining(file -> file.endsWith("SHA256SUMS"))
                    .hasFileName("step-" + state.step());
            assertThat(said.get(said.indexOf(state) - 1))
                    .as("everything up to the step was said before")
                    .isNotInstanceOf(TrainerMessage.Started.class);
        }
    }

    @Test
    void aTrainingWithoutAWorkerKeepsItsNewestTwoStates() throws IOException {
        alone = true;
        pace = new SavePace(1, new EverySecond());
        run(LORA, null, Integer.MAX_VALUE);

        try (Stream<Path> states = Files.list(folder.resolve("run-0/resume"))) {
            assertThat(states.map(state -> state.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(said.stream()
                            .filter(TrainerMessage.Saved.class::isInstance)
                            .map(message -> "step-" + ((TrainerMessage.Saved) message).step())
                            .sorted(Comparator.reverseOrder())
                            .limit(2)
                            .toList());
        }
    }

    @Test
    void aStateGoesOnUnderOtherConditionsAndSaysWhatMayMakeItsBitsDiffer() throws IOException {
        threads = 2;
        Path saved = stopAfterStep(2);
        said.clear();
        threads = 1;
        microBatchTokens = 60;
        run(LORA, saved, Integer.MAX_VALUE);

        assertThat(said.get(1))
                .isEqualTo(
                        new TrainerMessage.Resumed(2, List.of("threads: 2, now 1", "micro_batch_tokens: 100, now 60")));
    }

    @Test
    void aTrainingThatGoesOnSaysSoAndDoesNotRepeatWhatComesBeforeTheFirstStep() throws IOException {
        Path saved = stopAfterStep(2);
        said.clear();
        samples = 1;
        run(LORA, saved, Integer.MAX_VALUE);

        assertThat(said.get(1)).isEqualTo(new TrainerMessage.Resumed(2, List.of()));
        assertThat(said)
                .noneMatch(message -> message instanceof TrainerMessage.Sample sample
                        && sample.phase().equals("before"))
                .noneMatch(message -> message instanceof TrainerMessage.Evaluated evaluated && evaluated.step() == 0)
                .noneMatch(message -> message instanceof TrainerMessage.Step step && step.step() <= 2);
        assertThat(saved.resolveSibling("step-2.part")).doesNotExist();
    }

    @Test
    void aTrainingThatIsStoppedBeforeItsFirstStepHasNothingToSave() throws IOException {
        samples = 1;
        TrainingRun.StoppedAt stopped = stopAt(message -> message instanceof TrainerMessage.Sample, null);

        assertThat(stopped.step()).isZero();
        assertThat(stopped.folder()).isNull();
        assertThat(said).noneMatch(TrainerMessage.Step.class::isInstance);
    }

    @Test
    void aStateThatIsTornOrAlteredOrOfAnotherTrainingIsRefusedAndTheTrainingBeginsFromTheStart() throws IOException {
        Path saved = stopAfterStep(2);
        Path tensors = saved.resolve("tensors.safetensors");
        Path state = saved.resolve("state.json");
        byte[] whole = Files.readAllBytes(tensors);
        String json = Files.readString(state);
        byte[] altered = whole.clone();
        altered[altered.length - 3] ^= 1;

        Files.write(tensors, altered);
        assertRefused(saved, "tensors.safetensors is not as it was written: its checksum differs");
        Files.write(tensors, Arrays.copyOf(whole, whole.length / 2));
        assertRefused(saved, "tensors.safetensors is not as it was written: its checksum differs");
        Files.write(tensors, whole);
        Files.writeString(state, json.substring(0, json.length() / 2));
        assertRefused(saved, "state.json is not as it was written: its checksum differs");
        Files.writeString(state, json.replace("\"step\":2", "\"step\":3"));
        assertRefused(saved, "state.json is not as it was written: its checksum differs");
        Files.delete(state);
        assertRefused(saved, "state.json is not there");
    }

    @Test
    void aStateOfAnotherTrainingIsRefusedByName() throws IOException {
        Path saved = stopAfterStep(2);

        learningRate = 2e-3;
        assertRefused(saved, "its learning_rate was 0.001 and is 0.002");
        learningRate = 1e-3;
        Path other = folder.resolve("other-model");
        copy(MODEL, other);
        model = other;
        assertNotRefused(saved); // a copy is the same model
        Path weights = other.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertRefused(saved, "it was trained on another base model than the one that attune-tales is now, in " + other);
        model = MODEL;
        Path train = rows.resolve("train.jsonl");
        String text = Files.readString(train);
        Files.writeString(train, text.replaceFirst("the", "a"));
        assertRefused(saved, "its training rows were others: the file, the tokenizer or the chat template has changed");
        Files.writeString(train, text);
    }

    private void assertNotRefused(Path saved) throws IOException {
        said.clear();
        stopAt(TrainerMessage.Resumed.class::isInstance, saved);
    }

    private void assertRefused(Path saved, String problem) throws IOException {
        said.clear();
        TrainingRun.StoppedAt stopped = stopAt(TrainerMessage.NotResumed.class::isInstance, saved);
        assertThat(stopped.step()).isZero();
        assertThat(said).last().asString().contains(problem);
    }

    private Path stopAfterStep(int step) throws IOException {
        TrainingRun.StoppedAt stopped =
                stopAt(message -> message instanceof TrainerMessage.Step taken && taken.step() == step, null);
        assertThat(stopped.step()).isEqualTo(step);
        return Path.of(stopped.folder());
    }

    /** Trains until a message after which the training is stopped. */
    private TrainingRun.StoppedAt stopAt(Predicate<TrainerMessage> last, Path resume) throws IOException {
        try {
            run(LORA, resume, Integer.MAX_VALUE, last);
        } catch (TrainingRun.StoppedAt e) {
            return e;
        }
        throw new AssertionError("it was not stopped");
    }

    /** @param stopAt the beat at which it is stopped */
    private TrainerMessage.Finished run(Tuning tuning, Path resume, int stopAt) throws IOException {
        return run(tuning, resume, stopAt, message -> false);
    }

    private TrainerMessage.Finished run(Tuning tuning, Path resume, int stopAt, Predicate<TrainerMessage> last)
            throws IOException {
        var spec = new TrainerSpec.Train(
                model,
                "cpu",
                threads,
                new TrainerSpec.Data(
                        rows.resolve("train.jsonl"), rows.resolve("validation.jsonl"), TrainerSpec.ChatSettings.NONE),
                new TrainingSettings(tuning, hyperparameters()),
                11,
                TrainerSpec.Start.FRESH.resumed(resume),
                new TrainerSpec.Results(folder.resolve("run-" + runs++), "attune-tales", "0".repeat(64), samples, 0));
        beats = 0;
        Heartbeat[] heartbeat = new Heartbeat[1];
        heartbeat[0] = new Heartbeat(message -> {}, () -> {
            if (++beats == stopAt && killed) {
                throw new Killed();
            } else if (beats == stopAt) {
                heartbeat[0].stop();
            }
            return 0;
        });
        try (Torch torch = Torch.start("cpu", threads)) {
            return new TrainingRun(torch, spec, heartbeat[0], pace, alone, message -> {
                        said.add(message);
                        if (last.test(message)) {
                            heartbeat[0].stop();
                        }
                    })
                    .run();
        }
    }

    private Hyperparameters hyperparameters() {
        return Hyperparameters.AUTO
                .with(Hyperparameters.N_EPOCHS, 2)
                .with(Hyperparameters.BATCH_SIZE, 4)
                .with(Hyperparameters.LEARNING_RATE, learningRate)
                .with(Hyperparameters.WARMUP_RATIO, 0.2)
                .with(Hyperparameters.WEIGHT_DECAY, 0.01)
                .with(Hyperparameters.MICRO_BATCH_TOKENS, microBatchTokens)
                .with(Hyperparameters.EVAL_STEPS, 2)
                .with(Hyperparameters.CHECKPOINT_STEPS, 2)
                .resolve(Tuning.Type.LORA, new BaseModelLimits(512, List.of()));
    }

    /** Losses and gradients of steps and evaluations, without how long they took, and the files of published checkpoints. */
    private static Map<String, String> measured(List<TrainerMessage> said) throws IOException {
        Map<String, String> measured = new TreeMap<>();
        for (TrainerMessage message : said) {
            if (message instanceof TrainerMessage.Step step) {
                measured.put(
                        "step " + step.step(),
                        step.loss() + " " + step.tokenAccuracy() + " " + step.gradNorm() + " " + step.learningRate()
                                + " " + step.tokens());
            } else if (message instanceof TrainerMessage.Evaluated evaluated) {
                measured.put("evaluation " + evaluated.step(), evaluated.toString());
            } else if (message instanceof TrainerMessage.Checkpoint checkpoint) {
                measured.put(
                        "checkpoint " + checkpoint.step(),
                        files(checkpoint.folder()).toString());
            }
        }
        return measured;
    }

    /** Returns checksums by file name. */
    private static Map<String, String> files(String model) throws IOException {
        Map<String, String> sums = new TreeMap<>();
        try (Stream<Path> files = Files.list(Path.of(model))) {
            for (Path file : files.toList()) {
                sums.put(file.getFileName().toString(), HexFormat.of().formatHex(sha256(Files.readAllBytes(file))));
            }
        }
        return sums;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void few(String name, int count) throws IOException {
        Path file = rows.resolve(name);
        Files.write(file, Files.readAllLines(file).subList(0, count));
    }
}
