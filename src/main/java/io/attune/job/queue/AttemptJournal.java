package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.Metric;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.ResumeCheckpoint;
import io.attune.job.event.EventLog;
import io.attune.job.event.NewEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Records what a worker reports while an attempt runs. Each report is one transaction behind the fence. A worker
 * may repeat a report after a lost answer of the database; a repeated report writes nothing twice.
 */
@Component
class AttemptJournal {

    private static final Logger log = LoggerFactory.getLogger(AttemptJournal.class);

    private final JdbcClient jdbc;
    private final Fence fence;
    private final EventLog events;
    private final ResumeCheckpoints states;
    private final StepMetrics metrics;
    private final Checkpoints checkpoints;
    private final JobProgress progress;

    AttemptJournal(
            JdbcClient jdbc,
            Fence fence,
            EventLog events,
            ResumeCheckpoints states,
            StepMetrics metrics,
            Checkpoints checkpoints,
            JobProgress progress) {
        this.jdbc = jdbc;
        this.fence = fence;
        this.events = events;
        this.states = states;
        this.metrics = metrics;
        this.checkpoints = checkpoints;
        this.progress = progress;
    }

    /** As {@link io.attune.job.attempt.JobQueue#record}. */
    @Transactional
    public void record(Attempt attempt, AttemptReport report) {
        if (!(report instanceof AttemptReport.TrainerLog)) { // the log arrives after the end of the attempt
            fence.pass(attempt);
        }
        report.accept(new Entry(attempt));
    }

    private final class Entry implements AttemptReport.Visitor {

        private final Attempt attempt;

        private Entry(Attempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void specification(AttemptReport.Specification report) {
            jdbc.sql("update attempt set specification = :json::jsonb where job = :job and number = :number")
                    .param("json", report.json())
                    .param("job", attempt.job())
                    .param("number", attempt.number())
                    .update();
        }

        @Override
        public void resumed(AttemptReport.Resumed report) {
            ResumeCheckpoint state = states.newest(attempt.job()).orElseThrow();
            metrics.takeOver(attempt, state);
            checkpoints.takeOver(attempt, state);
            events.append(attempt.job(), report.news());
        }

        @Override
        public void refused(AttemptReport.Refused report) {
            if (!states.forget(attempt.job(), report.state())) {
                return;
            }
            String next = states.newest(attempt.job())
                    .map(before -> "the one after step " + before.step() + " is tried")
                    .orElse("the training begins from the start");
            append(NewEvent.warning("The saved state after step "
                    + report.state().step() + " cannot be used, and " + next + ": " + report.problem()));
        }

        @Override
        public void saved(AttemptReport.Saved report) {
            states.keep(attempt, report.step(), report.state());
        }

        @Override
        public void events(AttemptReport.Events report) {
            events.append(attempt.job(), report.news());
        }

        @Override
        public void steps(AttemptReport.Steps report) {
            Optional<Double> sinceClaim = firstStep(attempt);
            List<NewEvent> news = new ArrayList<>();
            for (Metric metric : report.steps()) {
                if (metrics.insert(attempt, metric)) {
                    Map<String, Object> data = data(metric);
                    if (news.isEmpty()) {
                        sinceClaim.ifPresent(seconds -> data.put("seconds_to_first_step", seconds));
                    }
                    news.add(NewEvent.metrics(
                            String.format(
                                    Locale.ROOT,
                                    "Step %d/%d: training loss=%.4f",
                                    metric.step(),
                                    metric.steps(),
                                    metric.trainLoss()),
                            data));
                }
            }
            events.append(attempt.job(), news);
            progress.write(attempt.job(), report.progress());
            if (report.progress().peakMemoryBytes() != null) {
                keepPeakMemory(attempt, report.progress().peakMemoryBytes());
            }
        }

        @Override
        public void progressed(AttemptReport.Progressed report) {
            progress.write(attempt.job(), report.progress());
        }

        @Override
        public void evaluated(AttemptReport.Evaluated report) {
            if (metrics.evaluate(attempt, report.step(), report.loss(), report.tokenAccuracy())) {
                Map<String, Object> data = new LinkedHashMap<>();
                data.put("step", report.step());
                data.put("valid_loss", StepMetrics.number(report.loss()));
                data.put("valid_mean_token_accuracy", StepMetrics.number(report.tokenAccuracy()));
                append(NewEvent.metrics(
                        String.format(Locale.ROOT, "Step %d: validation loss=%.4f", report.step(), report.loss()),
                        data));
            }
        }

        @Override
        public void checkpoint(AttemptReport.Checkpoint report) {
            checkpoints
                    .publish(attempt, report.step(), report.model(), report.artifact())
                    .ifPresent(this::append);
        }

        @Override
        public void peakMemory(AttemptReport.PeakMemory report) {
            keepPeakMemory(attempt, report.bytes());
            progress.peakMemory(attempt.job(), report.bytes());
        }

        @Override
        public void trainerLog(AttemptReport.TrainerLog report) {
            jdbc.sql("update attempt set log = :log where job = :job and number = :number and outcome <> 'lost'")
                    .param("log", report.sha256())
                    .param("job", attempt.job())
                    .param("number", attempt.number())
                    .update();
        }

        private void append(NewEvent event) {
            events.append(attempt.job(), List.of(event));
        }
    }

    private void keepPeakMemory(Attempt attempt, long bytes) {
        jdbc.sql("""
                        update attempt set peak_memory = greatest(peak_memory, nullif(cast(:bytes as bigint), 0))
                        where job = :job and number = :number""")
                .param("bytes", bytes)
                .param("job", attempt.job())
                .param("number", attempt.number())
                .update();
    }

    /**
     * Records that the first step of the attempt is complete.
     *
     * @return seconds since the claim; empty if this was recorded before
     */
    private Optional<Double> firstStep(Attempt attempt) {
        Optional<Double> sinceClaim = jdbc.sql("""
                        update attempt set first_step_at = now() where job = :job and number = :number and first_step_at is null
                        returning extract(epoch from first_step_at - claimed_at)::double precision""")
                .param("job", attempt.job())
                .param("number", attempt.number())
                .query(Double.class)
                .optional();
        sinceClaim.ifPresent(
                seconds -> log.info("{}: its first step was over {} s after the claim", attempt.folderName(), seconds));
        return sinceClaim;
    }

    private static Map<String, Object> data(Metric metric) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("step", metric.step());
        data.put("total_steps", metric.steps());
        putIfKnown(data, "train_loss", StepMetrics.number(metric.trainLoss()));
        putIfKnown(data, "train_mean_token_accuracy", StepMetrics.number(metric.trainMeanTokenAccuracy()));
        putIfKnown(data, "learning_rate", StepMetrics.number(metric.learningRate()));
        putIfKnown(data, "grad_norm", StepMetrics.number(metric.gradNorm()));
        putIfKnown(data, "tokens", metric.tokens());
        putIfKnown(data, "target_tokens", metric.targetTokens());
        putIfKnown(data, "seconds", StepMetrics.number(metric.seconds()));
        return data;
    }

    private static void putIfKnown(Map<String, Object> data, String name, Object value) {
        if (value != null) {
            data.put(name, value);
        }
    }
}
