package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.Metric;
import io.attune.job.attempt.ResumeCheckpoint;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads and writes the table {@code metric}: the numbers of each step of each attempt. The callers of methods that
 * write have passed the fence.
 */
@Component
class StepMetrics {

    private final JdbcClient jdbc;

    StepMetrics(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The numbers of all steps of an attempt, in their order. */
    List<Metric> of(Attempt attempt) {
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

    /** @return false if the step was written before */
    boolean insert(Attempt attempt, Metric metric) {
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

    /**
     * Writes the loss on the validation rows after a step.
     *
     * @return false if it was written before
     */
    boolean evaluate(Attempt attempt, int step, double loss, double tokenAccuracy) {
        return jdbc.sql("""
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
                        .update()
                > 0;
    }

    /** Copies the metrics of the attempt that saved {@code state}, up to the step of the state, to this attempt. */
    void takeOver(Attempt attempt, ResumeCheckpoint state) {
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
    }

    /** Null instead of NaN and infinity, which JSON cannot express. */
    static Double number(Double value) {
        return value == null || !Double.isFinite(value) ? null : value;
    }
}
