package io.attune.job.queue;

import io.attune.api.Ids;
import io.attune.job.Attempt;
import io.attune.job.JobJson;
import io.attune.job.attempt.ResumeCheckpoint;
import io.attune.job.event.NewEvent;
import io.attune.storage.Blob;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Publishes checkpoints while a job runs, in the table {@code checkpoint}. The callers have passed the fence. */
@Component
class Checkpoints {

    private final JdbcClient jdbc;
    private final StepMetrics metrics;
    private final Retries retries;

    Checkpoints(JdbcClient jdbc, StepMetrics metrics, Retries retries) {
        this.jdbc = jdbc;
        this.metrics = metrics;
        this.retries = retries;
    }

    /**
     * Publishes a checkpoint. It replaces the checkpoint of an earlier attempt at the same step.
     *
     * @return the event about it, for the caller to append; empty if the checkpoint was published before
     */
    Optional<NewEvent> publish(Attempt attempt, int step, String model, Blob artifact) {
        retries.forgiveAt(attempt.job(), step);
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
                .param("metrics", JobJson.text(metricsAt(attempt, step)))
                .update();
        if (inserted == 0) {
            return Optional.empty();
        }
        return Optional.of(NewEvent.info(
                "Checkpoint created at step " + step, Map.of("step", step, "fine_tuned_model_checkpoint", model)));
    }

    /** Checkpoints of earlier attempts up to {@code state} become checkpoints of this attempt. */
    void takeOver(Attempt attempt, ResumeCheckpoint state) {
        jdbc.sql("update checkpoint set attempt = :attempt where job = :job and attempt < :attempt and step <= :step")
                .param("job", attempt.job())
                .param("attempt", attempt.number())
                .param("step", state.step())
                .update();
    }

    /** Deletes the checkpoints of earlier attempts that this attempt has not taken over or replaced. */
    void keepOnlyThoseOf(Attempt attempt) {
        jdbc.sql("delete from checkpoint where job = :job and attempt < :number")
                .param("job", attempt.job())
                .param("number", attempt.number())
                .update();
    }

    /** The numbers that are known at the step, by OpenAI's names. */
    private Map<String, Object> metricsAt(Attempt attempt, int step) {
        Map<String, Object> known = new LinkedHashMap<>();
        known.put("step", step);
        metrics.of(attempt).stream()
                .filter(metric -> metric.step() == step)
                .findFirst()
                .ifPresent(metric -> {
                    putIfKnown(known, "train_loss", metric.trainLoss());
                    putIfKnown(known, "train_mean_token_accuracy", metric.trainMeanTokenAccuracy());
                    putIfKnown(known, "valid_loss", metric.validLoss());
                    putIfKnown(known, "valid_mean_token_accuracy", metric.validMeanTokenAccuracy());
                    // an evaluation always uses all validation rows
                    putIfKnown(known, "full_valid_loss", metric.validLoss());
                    putIfKnown(known, "full_valid_mean_token_accuracy", metric.validMeanTokenAccuracy());
                });
        return known;
    }

    private static void putIfKnown(Map<String, Object> data, String name, Object value) {
        if (value != null) {
            data.put(name, value);
        }
    }
}
