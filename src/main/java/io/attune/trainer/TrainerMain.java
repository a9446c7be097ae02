package io.attune.trainer;

import ai.djl.engine.EngineException;
import io.attune.disk.WantOfSpace;
import io.attune.format.ModelFormatException;
import io.attune.json.StrictJson;
import io.attune.model.Torch;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code TrainerMain SPEC.json}: runs one {@link TrainerSpec} and reports in {@link TrainerMessage}s. Messages go
 * to the path in the environment variable {@code ATTUNE_MESSAGES}, else to standard output.
 *
 * <p>With this variable, a worker controls the process through standard input:
 *
 * <ul>
 *   <li>The line {@code stop} stops the work. SIGTERM does the same.
 *   <li>The line {@code taken SECONDS} reports the cost of copying the last saved state.
 *   <li>The end of input ends the process at once.
 * </ul>
 *
 * A training that stops saves the state after its last finished step. Exit code: 0 done, 1 failed, 2 stopped.
 */
public final class TrainerMain {

    private static final String TAKEN = "taken ";

    private static final int FAILED = 1;
    private static final int STOPPED = 2;
    private static final int WORKER_GONE = 4; // 3 is the JVM's own exit code for a full heap

    /** Maximum time to stop after SIGTERM for a training, which saves its state. */
    private static final Duration SAVING = Duration.ofMinutes(10);

    /** Maximum time to stop after SIGTERM for all other modes. */
    private static final Duration ENDING = Duration.ofSeconds(30);

    private TrainerMain() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            System.err.println("usage: train SPEC.json");
            System.exit(FAILED);
        }
        String channel = System.getenv("ATTUNE_MESSAGES");
        CountDownLatch done = new CountDownLatch(1);
        int exit;
        try (MessageChannel out = MessageChannel.open(channel)) {
            Heartbeat heartbeat = new Heartbeat(out::send);
            exit = run(Path.of(args[0]), channel != null, heartbeat, done, out);
        } finally {
            done.countDown();
        }
        // Native thread pools have nothing left to save, and unloading them takes time.
        Runtime.getRuntime().halt(exit);
    }

    private static int run(
            Path file, boolean supervised, Heartbeat heartbeat, CountDownLatch done, MessageChannel out) {
        try {
            TrainerSpec spec = read(file);
            stopOnTermination(heartbeat, done, spec instanceof TrainerSpec.Train ? SAVING : ENDING);
            boolean interactive = spec instanceof TrainerSpec.Sample sample && sample.interactive();
            double interval =
                    spec instanceof TrainerSpec.Train train ? train.results().resumeInterval() : 0;
            SavePace pace = new SavePace(interval, System::nanoTime);
            if (supervised && !interactive) {
                listen(heartbeat, pace);
            }
            out.send(dispatch(spec, heartbeat, pace, !supervised, out));
            return 0;
        } catch (Heartbeat.Stopped e) {
            out.send(new TrainerMessage.Stopped(0, null));
            return STOPPED;
        } catch (TrainingRun.StoppedAt e) {
            out.send(new TrainerMessage.Stopped(e.step(), e.folder()));
            return STOPPED;
        } catch (TrainerException e) {
            out.send(new TrainerMessage.Failed(e.code(), e.getMessage()));
            return FAILED;
        } catch (ModelFormatException e) {
            out.send(new TrainerMessage.Failed("invalid_model", e.getMessage()));
            return FAILED;
        } catch (OutOfMemoryError e) {
            e.printStackTrace();
            out.send(TrainerMessage.Failed.heapIsFull());
            return FAILED;
        } catch (EngineException e) {
            e.printStackTrace();
            out.send(failure(e));
            return FAILED;
        } catch (IOException e) {
            e.printStackTrace();
            out.send(failure(e));
            return FAILED;
        } catch (UncheckedIOException e) {
            e.printStackTrace();
            out.send(failure(e.getCause()));
            return FAILED;
        } catch (RuntimeException e) {
            e.printStackTrace();
            out.send(new TrainerMessage.Failed(
                    WantOfSpace.isCauseOf(e) ? TrainerMessage.Failed.NO_SPACE : "trainer_error", e.toString()));
            return FAILED;
        } catch (LinkageError e) { // native libraries that could not be unpacked
            if (!WantOfSpace.isCauseOf(e)) {
                throw e;
            }
            e.printStackTrace();
            out.send(new TrainerMessage.Failed(TrainerMessage.Failed.NO_SPACE, e.toString()));
            return FAILED;
        }
    }

    private static TrainerMessage dispatch(
            TrainerSpec spec, Heartbeat heartbeat, SavePace pace, boolean alone, MessageChannel out)
            throws IOException {
        if (spec instanceof TrainerSpec.Validate validate) {
            return new Validation(validate, heartbeat).run(); // needs no tensors
        }
        if (spec instanceof TrainerSpec.Preview preview) {
            return new Previewing(preview, heartbeat).run(); // needs no tensors either
        }
        if (spec instanceof TrainerSpec.Try model) {
            return Trial.of(model.model());
        }
        try (Torch torch = Torch.start(spec.device(), spec.threads())) {
            if (spec instanceof TrainerSpec.Train train) {
                return new TrainingRun(torch, train, heartbeat, pace, alone, out::send).run();
            } else if (spec instanceof TrainerSpec.Verify verify) {
                return new Verification(torch, verify, heartbeat).run();
            } else {
                return new Sampling(torch, (TrainerSpec.Sample) spec, heartbeat, out).run();
            }
        }
    }

    private static TrainerSpec read(Path file) throws IOException {
        byte[] json = Files.readAllBytes(file);
        try {
            return JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS) // the numbers of templates
                    .build()
                    .readValue(json, TrainerSpec.class);
        } catch (JacksonException e) {
            e.printStackTrace();
            throw new TrainerException(
                    "invalid_specification",
                    file + ": " + StrictJson.problem(json, "it is not laid out as a specification for this trainer."));
        }
    }

    private static TrainerMessage.Failed failure(IOException e) {
        return new TrainerMessage.Failed(
                WantOfSpace.isCauseOf(e) ? TrainerMessage.Failed.NO_SPACE : TrainerMessage.Failed.IO_ERROR,
                e.toString());
    }

    private static TrainerMessage.Failed failure(EngineException e) {
        String text = String.valueOf(e.getMessage());
        if (WantOfSpace.isCauseOf(e)) {
            return new TrainerMessage.Failed(TrainerMessage.Failed.NO_SPACE, reason(text));
        }
        boolean memory = text.contains("out of memory")
                || text.contains("can't allocate memory")
                || text.contains("not enough memory")
                || text.contains("std::bad_alloc");
        return memory
                ? new TrainerMessage.Failed(
                        TrainerMessage.Failed.OUT_OF_MEMORY,
                        "The device has not enough memory. Smaller micro_batch_tokens or max_length need less. ("
                                + reason(text) + ")")
                : new TrainerMessage.Failed(TrainerMessage.Failed.ENGINE_ERROR, reason(text));
    }

    /**
     * Returns the line that names the error. In an error of a script, the line follows a trace of the script's
     * source.
     */
    private static String reason(String text) {
        return text.lines()
                .filter(line -> line.startsWith("RuntimeError: "))
                .findFirst()
                .orElseGet(() -> text.lines().findFirst().orElse(""));
    }

    private static void listen(Heartbeat heartbeat, SavePace pace) {
        Thread listener = new Thread(
                () -> {
                    try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                        for (String line = in.readLine(); line != null; line = in.readLine()) {
                            if (line.equals("stop")) {
                                heartbeat.stop();
                            } else if (line.startsWith(TAKEN)) {
                                pace.taken(Double.parseDouble(line.substring(TAKEN.length())));
                            }
                        }
                    } catch (IOException e) {
                        System.err.println("standard input: " + e);
                    }
                    Runtime.getRuntime().halt(WORKER_GONE);
                },
                "standard-input");
        listener.setDaemon(true);
        listener.start();
    }

    /**
     * Registers a hook that stops the work at SIGTERM and waits for the main thread, which counts {@code done} down
     * at its end.
     */
    private static void stopOnTermination(Heartbeat heartbeat, CountDownLatch done, Duration patience) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            heartbeat.stop();
            try {
                done.await(patience.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }
}
