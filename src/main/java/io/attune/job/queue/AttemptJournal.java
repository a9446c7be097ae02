package io.attune.job.queue;

import io.attune.api.Ids;
import io.attune.job.Attempt;
import io.attune.job.JobJson;
import io.attune.job.Metric;
import io.attune.job.Progress;
import io.attune.job.event.EventLog;
import io.attune.job.event.NewEvent;
import io.attune.storage.Blob;
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
 * What a worker writes down while an attempt runs. Every method passes the fence and may be repeated after a lost answer of the database:
 * what is there already is not written twice.
 *
 * <p>All methods throw {@link LostLeaseException} when the attempt is not open any more.
 */
@Component
public class AttemptJournal {

    private static final Logger log = LoggerFactory.getLogger(AttemptJournal.class);

    private final JdbcClient jdbc;
    private final Fence fence;
    private final EventLog events;
    private final ResumeCheckpoints states;

    AttemptJournal(JdbcClient jdbc, Fence fence, EventLog events, ResumeCheckpoints states) {
        this.jdbc = jdbc;
        this.fence = fence;
        this.events = events;
        this.states = states;
    }

    /** Notes what the trainer was told to do. */
    @Transactional
    public void specification(Attempt attempt, String json) {
        fence.pass(attempt);
        jdbc.sql("update attempt set specification = :json::jsonb where job = :job and number = :number")
                .param("json", json)
                .param("job", attempt.job())
                .param("number", attempt.number())
                .update();
    }

    /** The state that the attempt can go on from; empty if it has to begin from the start. */
    @Transactional
    public Optional<ResumeCheckpoint> resumeCheckpoint(Attempt attempt) {
        fence.pass(attempt);
        return states.newest(attempt.job());
    }

    /**
     * The trainer goes on from the job's saved state: what earlier attempts have measured and published up to there is this one's.
     *
     * @param news that say so
     */
    @Transactional
    public void resumed(Attempt attempt, List<NewEvent> news) {
        fence.pass(attempt);
        ResumeCheckpoint state = states.newest(attempt.job()).orElseThrow();
        jdbc.sql("""
                        insert into metric (job, attempt, step, train_loss, train_mean_token_accuracy, learning_rate, grad_norm,
                            tokens, target_tokens, seconds, valid_loss, valid_mean_token_accuracy)
                        select job, :attempt, step, train_loss, train_mean_token_accuracy, learning_rate, grad_norm,
                            tokens, target_tokens, seconds, valid_loss, valid_mean_token_accuracy
                        from metric where job = :job and attempt = :saved and step <= :step
                        on conflict (job, attempt, step) do nothing""")
                .param("job", attempt.job())
                .param("attempt", attempt.number())
                .param("saved", state.attempt())
                .param("step", state.step())
                .update();
        jdbc.sql("update checkpoint set attempt = :attempt where job = :job and attempt < :attempt and step <= :step")
                .param("job", attempt.job())
                .param("attempt", attempt.number())
                .param("step", state.step())
                .update();
        events.append(attempt.job(), news);
    }

    /**
     * A saved state cannot be used, and nobody will try it again: the training goes on from the one before, or begins from the start.
     *
     * @param problem without a full stop
     */
    @Transactional
    public void refused(Attempt attempt, ResumeCheckpoint state, String problem) {
        fence.pass(attempt);
        if (!states.forget(attempt.job(), state)) {
            return;
        }
        String next = states.newest(attempt.job())
                .map(before -> "the one after step " + before.step() + " is tried")
                .orElse("the training begins from the start");
        events.append(
                attempt.job(),
                List.of(NewEvent.warning("The saved state after step " + state.step() + " cannot be used, and " + next
                        + ": " + problem)));
    }

    /** The state of a training that goes on is in the artifact store; {@link #steps} has written everything up to it. */
    @Transactional
    public void saved(Attempt attempt, int step, Blob state) {
        fence.pass(attempt);
        states.keep(attempt, step, state);
    }

    @Transactional
    public void events(Attempt attempt, List<NewEvent> news) {
        fence.pass(attempt);
        events.append(attempt.job(), news);
    }

    /** Steps, in their order, each with its metrics event, and how far the job is after them. */
    @Transactional
    public void steps(Attempt attempt, List<Metric> steps, Progress progress) {
        fence.pass(attempt);
        Optional<Double> sinceClaim = firstStep(attempt);
        List<NewEvent> news = new ArrayList<>();
        for (Metric metric : steps) {
            if (insert(attempt, metric)) {
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
        progress(attempt, progress);
        if (progress.peakMemoryBytes() != null) {
            keepPeakMemory(attempt, progress.peakMemoryBytes());
        }
    }

    /** The most memory that the trainer took at any time, in bytes; 0 where it cannot tell. */
    @Transactional
    public void peakMemory(Attempt attempt, long bytes) {
        fence.pass(attempt);
        keepPeakMemory(attempt, bytes);
        jdbc.sql("""
                        update job set progress = jsonb_set(progress, '{peak_memory_bytes}', to_jsonb(cast(:bytes as bigint)))
                        where id = :job and :bytes > 0 and progress is not null""").param("bytes", bytes).param("job", attempt.job()).update();
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

    /** Notes that the first step of the attempt is over. @return seconds since its claim, if nobody had noted it yet */
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

    /** How far the job is. */
    @Transactional
    public void progress(Attempt attempt, Progress progress) {
        fence.pass(attempt);
        jdbc.sql("update job set progress = :progress::jsonb where id = :job")
                .param("progress", JobJson.text(progress))
                .param("job", attempt.job())
                .update();
    }

    /** The loss on the validation rows after a step. */
    @Transactional
    public void evaluated(Attempt attempt, int step, double loss, double tokenAccuracy) {
        fence.pass(attempt);
        int changed = jdbc.sql("""
                        insert into metric (job, attempt, step, valid_loss, valid_mean_token_accuracy)
                        values (:job, :attempt, :step, :loss, :accuracy)
                        on conflict (job, attempt, step) do update
                        set valid_loss = excluded.valid_loss, valid_mean_token_accuracy = excluded.valid_mean_token_accuracy
                        where metric.valid_loss is null""")
                .param("job", attempt.job())
                .param("attempt", attempt.number())
                .param("step", step)
                .param("loss", number(loss))
                .param("accuracy", number(tokenAccuracy))
                .update();
        if (changed > 0) {
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("step", step);
            data.put("valid_loss", number(loss));
            data.put("valid_mean_token_accuracy", number(tokenAccuracy));
            events.append(
                    attempt.job(),
                    List.of(NewEvent.metrics(
                            String.format(Locale.ROOT, "Step %d: validation loss=%.4f", step, loss), data)));
        }
    }

    /**
     * A published checkpoint. It takes the place of what an earlier attempt published for the same step.
     *
     * @param model name under which the weights can be used
     */
    @Transactional
    public void checkpoint(Attempt attempt, int step, String model, Blob artifact) {
        fence.pass(attempt);
        insertCheckpoint(attempt, step, model, artifact)
                .ifPresent(created -> events.append(attempt.job(), List.of(created)));
    }

    /** The caller has passed the fence. @return the event that tells of it, to be appended; empty if it was there already */
    Optional<NewEvent> insertCheckpoint(Attempt attempt, int step, String model, Blob artifact) {
        // a job that got on has the ends of its attempts forgiven
        jdbc.sql("""
                        update job set crashes = 0, retries = 0 where id = :job and (crashes > 0 or retries > 0)
                            and not exists (select from checkpoint where job = :job and step >= :step)""").param("job", attempt.job()).param("step", step).update();
        jdbc.sql("delete from checkpoint where job = :job and step = :step and attempt < :attempt")
                .param("job", attempt.job())
                .param("step", step)
                .param("attempt", attempt.number())
                .update();
        int inserted = jdbc.sql("""
                        insert into checkpoint (id, job, attempt, step, model, artifact, metrics)
                        values (:id, :job, :attempt, :step, :model, :artifact, :metrics::jsonb)
                        on conflict (job, attempt, step) do nothing""")
                .param("id", Ids.checkpoint())
                .param("job", attempt.job())
                .param("attempt", attempt.number())
                .param("step", step)
                .param("model", model)
                .param("artifact", artifact.sha256())
                .param("metrics", JobJson.text(checkpointMetrics(attempt, step)))
                .update();
        if (inserted == 0) {
            return Optional.empty();
        }
        return Optional.of(NewEvent.info(
                "Checkpoint created at step " + step, Map.of("step", step, "fine_tuned_model_checkpoint", model)));
    }

    /** What is known of the step: OpenAI's names. */
    private Map<String, Object> checkpointMetrics(Attempt attempt, int step) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("step", step);
        metricsOf(attempt).stream()
                .filter(metric -> metric.step() == step)
                .findFirst()
                .ifPresent(metric -> {
                    putIfKnown(metrics, "train_loss", metric.trainLoss());
                    putIfKnown(metrics, "train_mean_token_accuracy", metric.trainMeanTokenAccuracy());
                    putIfKnown(metrics, "valid_loss", metric.validLoss());
                    putIfKnown(metrics, "valid_mean_token_accuracy", metric.validMeanTokenAccuracy());
                    // an evaluation always goes over all validation rows
                    putIfKnown(metrics, "full_valid_loss", metric.validLoss());
                    putIfKnown(metrics, "full_valid_mean_token_accuracy", metric.validMeanTokenAccuracy());
                });
        return metrics;
    }

    /** The numbers of all steps of an attempt, in their order. */
    public List<Metric> metricsOf(Attempt attempt) {
        return jdbc.sql("select * from metric where job = :job and attempt = :attempt order by step")
                .param("job", attempt.job())
                .param("attempt", attempt.number())
                .query((row, n) -> new Metric(
                        row.getInt("step"),
                        0,
                        row.getObject("train_loss", Double.class),
                        row.getObject("train_mean_token_accuracy", Double.class),
                        row.getObject("learning_rate", Double.class),
                        row.getObject("grad_norm", Double.class),
                        row.getObject("tokens", Long.class),
                        row.getObject("target_tokens", Long.class),
                        row.getObject("seconds", Double.class),
                        row.getObject("valid_loss", Double.class),
                        row.getObject("valid_mean_token_accuracy", Double.class)))
                .list();
    }

    private boolean insert(Attempt attempt, Metric metric) {
        return jdbc.sql("""
                        insert into metric (job, attempt, step, train_loss, train_mean_token_accuracy, learning_rate, grad_norm,
                            tokens, target_tokens, seconds)
                        values (:job, :attempt, :step, :loss, :accuracy, :rate, :norm, :tokens, :targets, :seconds)
                        on conflict (job, attempt, step) do nothing""")
                        .param("job", attempt.job())
                        .param("attempt", attempt.number())
                        .param("step", metric.step())
                        .param("loss", number(metric.trainLoss()))
                        .param("accuracy", number(metric.trainMeanTokenAccuracy()))
                        .param("rate", number(metric.learningRate()))
                        .param("norm", number(metric.gradNorm()))
                        .param("tokens", metric.tokens())
                        .param("targets", metric.targetTokens())
                        .param("seconds", number(metric.seconds()))
                        .update()
                > 0;
    }

    private static Map<String, Object> data(Metric metric) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("step", metric.step());
        data.put("total_steps", metric.steps());
        putIfKnown(data, "train_loss", number(metric.trainLoss()));
        putIfKnown(data, "train_mean_token_accuracy", number(metric.trainMeanTokenAccuracy()));
        putIfKnown(data, "learning_rate", number(metric.learningRate()));
        putIfKnown(data, "grad_norm", number(metric.gradNorm()));
        putIfKnown(data, "tokens", metric.tokens());
        putIfKnown(data, "target_tokens", metric.targetTokens());
        putIfKnown(data, "seconds", number(metric.seconds()));
        return data;
    }

    private static void putIfKnown(Map<String, Object> data, String name, Object value) {
        if (value != null) {
            data.put(name, value);
        }
    }

    /** JSON has no NaN and no infinity; a number that is none is not known. */
    private static Double number(Double value) {
        return value == null || !Double.isFinite(value) ? null : value;
    }
}
