package io.attune.worker.attempt;

import io.attune.job.Metric;
import io.attune.job.Progress;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.ClaimedJob;
import io.attune.job.event.NewEvent;
import io.attune.storage.Blob;
import io.attune.trainer.message.TrainerMessage;
import io.attune.worker.lease.LeasedAttempt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records the messages of a training trainer in their order. Records steps in batches, at most once a second. */
final class TrainingListener implements Supervision.Listener {

    private static final long BATCH_NANOS = Duration.ofSeconds(1).toNanos();

    private final LeasedAttempt held;
    private final ClaimedJob job;
    private final Path output;
    private final SavedState saved;
    private final StateKeeper keeper;
    private final Clock clock;

    private final List<Metric> waiting = new ArrayList<>();
    private final StepTimes times = new StepTimes();
    private String device;
    private Progress progress;
    private long lastWrite = System.nanoTime() - BATCH_NANOS;

    /** @param output folder of the trainer's results */
    TrainingListener(OpenAttempt open, Path output, SavedState saved, StateKeeper keeper, Clock clock) {
        this.held = open.held();
        this.job = open.job();
        this.output = output;
        this.saved = saved;
        this.keeper = keeper;
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
            throw new StateRefusedException(refused.problem()); // an older state may be usable
        } else if (message instanceof TrainerMessage.Saved state) {
            keeper.offer(state.step(), inOutput(state.folder()), state.seconds());
        } else if (message instanceof TrainerMessage.Evaluated evaluated) {
            held.record(new AttemptReport.Evaluated(evaluated.step(), evaluated.loss(), evaluated.tokenAccuracy()));
        } else if (message instanceof TrainerMessage.Checkpoint checkpoint) {
            Blob artifact = held.store(inOutput(checkpoint.folder()));
            String name = job.checkpointName(checkpoint.step());
            held.record(new AttemptReport.Checkpoint(checkpoint.step(), name, artifact));
        } else if (message instanceof TrainerMessage.Sample sample) {
            held.record(new AttemptReport.Events(List.of(sample(sample))));
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

    /** Records the waiting steps. Also called after the last message. */
    void write() throws InterruptedException {
        if (!waiting.isEmpty()) {
            held.record(new AttemptReport.Steps(List.copyOf(waiting), progress));
            waiting.clear();
            lastWrite = System.nanoTime();
        }
    }

    /**
     * A folder that the trainer names.
     *
     * @throws IOException if the folder is not inside the output folder
     */
    Path inOutput(String folder) throws IOException {
        Path named = output.resolve(folder).normalize();
        if (!named.startsWith(output) || named.equals(output)) {
            throw new IOException("the trainer names a folder that is not in its output: " + folder);
        }
        return named;
    }

    private void started(TrainerMessage.Started started) throws InterruptedException {
        device = started.device();
        progress = new Progress(0, started.steps(), null, null, device, held.number(), null, null, null);
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
        held.record(new AttemptReport.Events(news));
        held.record(new AttemptReport.Progressed(progress));
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
        held.record(new AttemptReport.Resumed(news));
        progress = new Progress(step, progress.steps(), null, null, device, held.number(), null, null, null);
        held.record(new AttemptReport.Progressed(progress));
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
                held.number(),
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
