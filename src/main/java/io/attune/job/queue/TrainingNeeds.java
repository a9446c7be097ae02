package io.attune.job.queue;

import io.attune.estimate.Kind;
import io.attune.estimate.MemoryEstimate;
import io.attune.estimate.Training;
import io.attune.job.Estimate;
import io.attune.job.JobJson;
import io.attune.job.StoredEstimate;
import io.attune.setting.TrainingSettings;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Keeps what the training of a validated job needs. The column {@code resolved} contains settings in which every
 * value is set. The column {@code estimate} contains the memory estimate, its parts, and the values that it was
 * made from. A claim compares {@code cpu_memory} and {@code gpu_memory} with the memory of a slot.
 */
@Component
public class TrainingNeeds {

    private final JdbcClient jdbc;

    TrainingNeeds(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps the resolved settings. The caller has locked the job. */
    @Transactional(propagation = Propagation.MANDATORY)
    void resolve(String job, TrainingSettings resolved) {
        jdbc.sql("update job set resolved = :resolved::jsonb where id = :job")
                .param("resolved", JobJson.text(resolved))
                .param("job", job)
                .update();
    }

    /** Keeps the memory estimate, and the values that it is made from. The caller has locked the job. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void estimate(String job, Training training) {
        Map<Kind, MemoryEstimate> memory = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            memory.put(kind, MemoryEstimate.of(training, kind));
        }
        jdbc.sql("""
                        update job set estimate = :estimate::jsonb, cpu_memory = :cpu, gpu_memory = :gpu where id = :job""")
                .param("estimate", JobJson.text(new StoredEstimate(training, Estimate.of(memory))))
                .param("cpu", memory.get(Kind.CPU).total())
                .param("gpu", memory.get(Kind.CUDA).total())
                .param("job", job)
                .update();
    }

    /**
     * Makes the estimate again for another value of {@code micro_batch_tokens}. Does nothing without an estimate.
     * The caller has locked the job.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void microBatchTokens(String job, int tokens) {
        find(job).ifPresent(training -> estimate(job, training.withMicroBatchTokens(tokens)));
    }

    /** The values that a job's estimate was made from; empty before its files are validated. */
    public Optional<Training> find(String job) {
        return jdbc.sql("select estimate from job where id = :job and estimate is not null")
                .param("job", job)
                .query((row, n) ->
                        JobJson.read(row.getString(1), StoredEstimate.class).training())
                .optional();
    }
}
