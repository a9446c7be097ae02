package io.attune.job.api;

import io.attune.api.ApiException;
import io.attune.catalog.BaseModels;
import io.attune.catalog.TunedModels;
import io.attune.file.FileService;
import io.attune.job.JobStatus;
import io.attune.job.queue.ModelPublication;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Deletes results of jobs: a tuned model with its checkpoints and its artifact, or one published checkpoint. The
 * sweep of the store later deletes blobs without references. The job, its events and its results file stay.
 */
@Service
public class ModelDeletion {

    private final JdbcClient jdbc;
    private final BaseModels bases;
    private final TunedModels models;
    private final FileService files;
    private final ModelPublication publication;

    ModelDeletion(
            JdbcClient jdbc, BaseModels bases, TunedModels models, FileService files, ModelPublication publication) {
        this.jdbc = jdbc;
        this.bases = bases;
        this.models = models;
        this.files = files;
        this.publication = publication;
    }

    /**
     * Deletes a model.
     *
     * @param name name of a tuned model or a checkpoint of this project
     */
    @Transactional
    public void delete(String project, String name) {
        if (bases.find(name).isPresent()) {
            throw ApiException.conflict(
                    "base_model",
                    "`" + name
                            + "` is a base model. Only tuned models and checkpoints are deleted here; a base model goes"
                            + " with its folder in the models folder of the service.");
        }
        if (!deleteTunedModel(project, name) && !deleteCheckpoint(project, name)) {
            throw ApiException.modelNotFound(name);
        }
    }

    private boolean deleteTunedModel(String project, String name) {
        Optional<String> job = models.delete(project, name);
        job.ifPresent(id -> {
            jdbc.sql("delete from checkpoint where job = :job").param("job", id).update();
            jdbc.sql("select artifact_file from job where id = :job and artifact_file is not null")
                    .param("job", id)
                    .query(String.class)
                    .optional()
                    .ifPresent(artifact -> files.delete(project, artifact));
            publication.forgetArtifact(id);
        });
        return job.isPresent();
    }

    /** Deletes a checkpoint. The job must have ended: another attempt would publish the checkpoint again. */
    private boolean deleteCheckpoint(String project, String name) {
        record Maker(String job, String status) {}
        Optional<Maker> maker = jdbc.sql("""
                        select j.id as job, j.status from checkpoint c join job j on j.id = c.job
                        where c.model = :name and j.project_id = :project""")
                .param("name", name)
                .param("project", project)
                .query(Maker.class)
                .optional();
        maker.filter(found -> !JobStatus.of(found.status()).ended()).ifPresent(found -> {
            throw ApiException.conflict(
                    "job_not_ended",
                    "The job " + found.job() + " is " + found.status()
                            + ". Its checkpoints can be deleted when it has ended; cancel it to end it now.");
        });
        return maker.isPresent()
                && jdbc.sql("delete from checkpoint where model = :name")
                                .param("name", name)
                                .update()
                        > 0;
    }
}
