package io.attune.worker;

import io.attune.job.Attempt;
import io.attune.job.FineTuningJob;
import io.attune.job.Metric;
import io.attune.job.Progress;
import io.attune.job.event.NewEvent;
import io.attune.job.queue.AttemptJournal;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import io.attune.trainer.message.TrainerMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes down what a trainer says while it trains: steps in batches, at most one a second, everything in its order. */
final class TrainingListener implements Supervision.Listener {

    private static final long BATCH_NANOS = Duration.ofSeconds(1).toNanos();

    private final Attempt attempt;
    private final FineTuningJob job;
    private final Path output;
    private final AttemptJournal journal;
    private final BlobStore blobs;
    private final SavedState saved;
    private final StateKeeper keeper;
    private final LeaseKeeper lease;
    private final Clock clock;

    private final List<Metric> waiting = new ArrayList<>();
    private final StepTimes times = new StepTimes();
    private String device;
    private Progress progress;
    private long lastWrite = System.nanoTime() - BATCH_NANOS;

    TrainingListener(
            Attempt attempt,
            FineTuningJob job,
            Path output,
            AttemptJournal journal,
            BlobStore blobs,
            SavedState saved,
            StateKeeper keeper,
            LeaseKeeper lease,
            Clock clock) {
        this.attempt = attempt;
        this.job = job;
        this.output = output;
        this.journal = journal;
        this.blobs = blobs;
        this.saved = saved;
        this.keeper = keeper;
        this.lease = lease;
        this.clock = clock;
    }

    @Override
    public void heard(TrainerMessage message) throws IOException, InterruptedException, StateRefusedException {
        if (message instanceof TrainerMessage.Step step) {
            step(step);
            return;
        }
        write();
        if (message instanceof TrainerMessage.Started started) {
            started(started);
        } else if (message instanceof TrainerMessage.Resumed resumed) {
            resumed(resumed);
        } else if (message instanceof TrainerMessage.NotResumed refused) {
            saved.refuse(refused.problem());
            throw new StateRefusedException(refused.problem()); // there may be another one
        } else if (message instanceof TrainerMessage.Saved state) {
            keeper.offer(state.step(), inOutput(state.folder()), state.seconds());
        } else if (message instanceof TrainerMessage.Evaluated evaluated) {
            lease.persist(
                    () -> journal.evaluated(attempt, evaluated.step(), evaluated.loss(), evaluated.tokenAccuracy()));
        } else if (message instanceof TrainerMessage.Checkpoint checkpoint) {
            Path folder = inOutput(checkpoint.folder());
            Blob artifact = lease.persist(() -> ArtifactZip.put(folder, blobs));
            String name = job.checkpointName(checkpoint.step());
            lease.persist(() -> journal.checkpoint(attempt, checkpoint.step(), name, artifact));
        } else if (message instanceof TrainerMessage.Sample sample) {
            List<NewEvent> news = List.of(sample(sample));
            lease.persist(() -> journal.events(attempt, news));
        }
    }

    @Override
    public void moment() throws InterruptedException {
        if (!waiting.isEmpty() && System.nanoTime() - lastWrite >= BATCH_NANOS) {
            write();
        }
    }

    @Override
    public Duration longestSilence(Duration shortest) {
        return times.longestSilence(shortest);
    }

    /** Writes the steps that wait; to be called after the last message too. */
    void write() throws InterruptedException {
        if (!waiting.isEmpty()) {
            List<Metric> steps = List.copyOf(waiting);
            lease.persist(() -> journal.steps(attempt, steps, progress));
            waiting.clear();
            lastWrite = System.nanoTime();
        }
    }

    /** A folder that the trainer names, which has to lie in its output. */
    Path inOutput(String folder) throws IOException {
        Path named = output.resolve(folder).normalize();
        if (!named.startsWith(output) || named.equals(output)) {
            throw new IOException("the trainer names a folder that is not in its output: " + folder);
        }
        return named;
    }

    private void started(TrainerMessage.Started started) throws InterruptedException {
        device = started.device();
        progress = new Progress(0, started.steps(), null, null, device, attempt.number(), null, null, null);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("device", started.device());
        data.put("threads", started.threads());
        data.put("steps", started.steps());
        data.put("training_rows", started.trainingRows());
        data.put("validation_rows", started.validationRows());
        data.put("trainable_parameters", started.trainableParameters());
        List<NewEvent> news = List.of(NewEvent.info(
                "Training " + started.trainableParameters() + " parameters in " + started.steps() + " steps on "
                        + started.device(),
                data));
        lease.persist(() -> journal.events(attempt, news));
        lease.persist(() -> journal.progress(attempt, progress));
    }

    private void resumed(TrainerMessage.Resumed resumed) throws InterruptedException {
        int step = resumed.step();
        List<NewEvent> news = new ArrayList<>();
        news.add(NewEvent.info("Fine-tuning job resumed from step " + step, Map.of("step", step)));
        if (!resumed.differences().isEmpty()) {
            news.add(NewEvent.warning(
                    "From here on the results may differ in their last bits from those of a job that is not interrupted: "
                            + String.join("; ", resumed.differences())));
        }
        lease.persist(() -> journal.resumed(attempt, news));
        progress = new Progress(step, progress.steps(), null, null, device, attempt.number(), null, null, null);
        lease.persist(() -> journal.progress(attempt, progress));
    }

    private void step(TrainerMessage.Step step) {
        times.add(step.seconds());
        waiting.add(new Metric(
                step.step(),
                step.steps(),
                step.loss(),
                step.tokenAccuracy(),
                step.learningRate(),
                step.gradNorm(),
                step.tokens(),
                step.targetTokens(),
                step.seconds(),
                null,
                null));
        double left = (step.steps() - step.step()) * times.median();
        progress = new Progress(
                step.step(),
                step.steps(),
                Double.isFinite(step.loss()) ? step.loss() : null,
                step.seconds() > 0 ? step.tokens() / step.seconds() : null,
                device,
                attempt.number(),
                step.peakMemoryBytes(),
                clock.instant().getEpochSecond() + Math.round(left),
                null);
    }

    private static NewEvent sample(TrainerMessage.Sample sample) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("phase", sample.phase());
        data.put("index", sample.index());
        data.put("prompt", sample.prompt());
        data.put("completion", sample.completion());
        data.put("tokens", sample.tokens());
        return NewEvent.info("Sample " + sample.phase() + " training", data);
    }
}
