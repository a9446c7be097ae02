package io.attune.job.queue;

import io.attune.catalog.TunedModel;
import io.attune.catalog.TunedModelName;
import io.attune.catalog.TunedModels;
import io.attune.file.FileService;
import io.attune.file.StoredFile;
import io.attune.job.Attempt;
import io.attune.job.FineTuningJob;
import io.attune.job.FineTuningJobs;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.event.NewEvent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Publishes the results of a job: files, tuned model and last checkpoint. Writes the columns of a job that name
 * them: {@code fine_tuned_model}, {@code result_file}, {@code artifact_file} and {@code trained_tokens}.
 */
@Component
public class ModelPublication {

    private final JdbcClient jdbc;
    private final Checkpoints checkpoints;
    private final FineTuningJobs jobs;
    private final FileService files;
    private final TunedModels models;
    private final Clock clock;

    ModelPublication(
            JdbcClient jdbc,
            Checkpoints checkpoints,
            FineTuningJobs jobs,
            FileService files,
            TunedModels models,
            Clock clock) {
        this.jdbc = jdbc;
        this.checkpoints = checkpoints;
        this.jobs = jobs;
        this.files = files;
        this.models = models;
        this.clock = clock;
    }

    /**
     * Publishes the results. {@link AttemptEnds} has passed the fence.
     *
     * @return the events about it, for the caller to append
     */
    @Transactional(propagation = Propagation.MANDATORY)
    NewEvent[] publish(Attempt attempt, AttemptEnd.Succeeded made) {
        FineTuningJob job = jobs.findById(attempt.job()).orElseThrow();
        String model = job.tunedModelName();
        StoredFile artifact = files.addResult(job.project(), TunedModelName.zipFile(model), made.artifact());
        StoredFile results = files.addResult(job.project(), "step_metrics.csv", made.results());
        models.add(new TunedModel(
                model,
                job.project(),
                job.id(),
                job.model(),
                job.resolved().tuning().type().text(),
                made.artifact().sha256(),
                clock.instant()));
        List<NewEvent> told = new ArrayList<>();
        checkpoints
                .publish(attempt, made.steps(), job.checkpointName(made.steps()), made.artifact())
                .ifPresent(told::add);
        told.add(NewEvent.info("New fine-tuned model created: " + model));
        told.add(NewEvent.info("The job has successfully completed"));
        checkpoints.keepOnlyThoseOf(attempt);
        jdbc.sql("""
                        update job set fine_tuned_model = :model, result_file = :results, artifact_file = :artifact,
                            trained_tokens = :tokens
                        where id = :job""")
                .param("model", model)
                .param("results", results.id())
                .param("artifact", artifact.id())
                .param("tokens", made.trainedTokens())
                .param("job", job.id())
                .update();
        return told.toArray(NewEvent[]::new);
    }

    /**
     * Clears the id of the artifact file, which was deleted. The job keeps the name of the tuned model, as with
     * OpenAI.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void forgetArtifact(String job) {
        jdbc.sql("update job set artifact_file = null where id = :job")
                .param("job", job)
                .update();
    }
}
