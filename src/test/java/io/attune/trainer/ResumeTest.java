package io.attune.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.model.Torch;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Trainings of the bundled model that are stopped anywhere and go on, beside one of equal settings that nobody disturbs. */
class ResumeTest {

    private static final Path MODEL =
            Path.of("src/main/resources/models/attune-tales").toAbsolutePath();
    private static final TrainerSpec.Method LORA =
            new TrainerSpec.Method.Lora(4, 8, 0.1, List.of("q_proj", "v_proj", "down_proj"));
    private static final TrainerSpec.Method FULL = new TrainerSpec.Method.Full(false);
    static final List<TrainerSpec.Method> METHODS = List.of(LORA, FULL);

    @TempDir
    static Path rows;

    @TempDir
    Path folder;

    private final List<TrainerMessage> said = new ArrayList<>();
    private int runs;
    private int samples;
    private int beats;

    @BeforeAll
    static void start() throws IOException {
        DemoData.write(rows);
        few("train.jsonl", 10);
        few("validation.jsonl", 3);
    }

    @ParameterizedTest
    @FieldSource("METHODS")
    void aTrainingThatIsStoppedAnywhereAndGoesOnGivesTheBitsOfOneThatIsNot(TrainerSpec.Method method)
            throws IOException {
        TrainerMessage.Finished undisturbed = run(method, null, Integer.MAX_VALUE);
        Map<String, String> expectedFiles = files(undisturbed.folder());
        List<String> expected = numbers();
        int allBeats = beats;

        Random random = new Random(7);
        for (int chain = 0; chain < 2; chain++) {
            said.clear();
            Path resume = null;
            TrainerMessage.Finished finished = null;
            int stops = 0;
            while (finished == null) {
                int lastBeat = stops < 4 ? 1 + allBeats / 4 + random.nextInt(allBeats) : Integer.MAX_VALUE;
                try {
                    finished = run(method, resume, lastBeat);
                } catch (Heartbeat.Stopped e) {
                    stops++; // before it had begun
                } catch (TrainingRun.StoppedAt e) {
                    stops++;
                    resume = e.folder() == null ? resume : Path.of(e.folder());
                }
            }
            assertThat(stops).as("stops").isPositive();
            assertThat(files(finished.folder())).isEqualTo(expectedFiles);
            assertThat(numbers()).as("what was measured, each step once").isEqualTo(expected);
            assertThat(finished.trainedTokens()).isEqualTo(undisturbed.trainedTokens());
            assertThat(finished.referenceLoss()).isEqualTo(undisturbed.referenceLoss());
        }
    }

    @Test
    void aTrainingThatGoesOnSaysSoAndDoesNotRepeatWhatComesBeforeTheFirstStep() throws IOException {
        Path saved = stopAfterStep(2);
        said.clear();
        samples = 1;
        run(LORA, saved, Integer.MAX_VALUE);

        assertThat(said.get(1)).isEqualTo(new TrainerMessage.Resumed(2));
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
        assertRefused(saved, "state.json cannot be read");
        Files.writeString(state, json.replace("\"seed\":11", "\"seed\":12"));
        assertRefused(saved, "it is of another training");
        Files.writeString(state, json.replace("\"format\":1", "\"format\":2"));
        assertRefused(saved, "it has the format 2");
        Files.delete(state);
        assertRefused(saved, "state.json is not there");
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

    /** Trains until a message after which it is stopped. */
    private TrainingRun.StoppedAt stopAt(Predicate<TrainerMessage> last, Path resume) throws IOException {
        try {
            run(LORA, resume, Integer.MAX_VALUE, last);
        } catch (TrainingRun.StoppedAt e) {
            return e;
        }
        throw new AssertionError("it was not stopped");
    }

    /** @param stopAt the beat at which it is stopped */
    private TrainerMessage.Finished run(TrainerSpec.Method method, Path resume, int stopAt) throws IOException {
        return run(method, resume, stopAt, message -> false);
    }

    private TrainerMessage.Finished run(
            TrainerSpec.Method method, Path resume, int stopAt, Predicate<TrainerMessage> last) throws IOException {
        var spec = new TrainerSpec.Train(
                MODEL,
                "cpu",
                1,
                new TrainerSpec.Data(rows.resolve("train.jsonl"), rows.resolve("validation.jsonl"), 512, "fail"),
                method,
                new TrainerSpec.Hyperparameters(2, 4, 0, 1e-3, 0.2, "cosine", 0.01, 1.0, 0.9, 0.999, 1e-8, 100, 2, 2),
                11,
                folder.resolve("run-" + runs++),
                "attune-tales",
                "0".repeat(64),
                samples,
                null,
                resume);
        beats = 0;
        Heartbeat[] heartbeat = new Heartbeat[1];
        heartbeat[0] = new Heartbeat(message -> {}, () -> {
            if (++beats == stopAt) {
                heartbeat[0].stop();
            }
            return 0;
        });
        try (Torch torch = Torch.start("cpu", 1)) {
            return new TrainingRun(torch, spec, heartbeat[0], message -> {
                        said.add(message);
                        if (last.test(message)) {
                            heartbeat[0].stop();
                        }
                    })
                    .run();
        }
    }

    /** Losses and gradients of all steps and evaluations that were said, without how long they took. */
    private List<String> numbers() {
        return said.stream()
                .map(message -> {
                    if (message instanceof TrainerMessage.Step step) {
                        return "step " + step.step() + " " + step.loss() + " " + step.tokenAccuracy() + " "
                                + step.gradNorm() + " " + step.learningRate() + " " + step.tokens();
                    }
                    return message instanceof TrainerMessage.Evaluated evaluated && evaluated.step() > 0
                            ? evaluated.toString()
                            : null;
                })
                .filter(Objects::nonNull)
                .toList();
    }

    /** Checksums by name. */
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

    private static void few(String name, int count) throws IOException {
        Path file = rows.resolve(name);
        Files.write(file, Files.readAllLines(file).subList(0, count));
    }
}
