package io.attune.job;

import io.attune.catalog.TunedModelName;
import io.attune.setting.TrainingSettings;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import tools.jackson.databind.JsonNode;

/** The current row of a job. Read only: {@code job.queue} changes jobs. */
@Entity
@Immutable
@Table(name = "job")
public class FineTuningJob {

    @Id
    private String id;

    @Column(name = "project_id")
    private String project;

    private String status;
    private int priority;
    private String model;
    private String suffix;

    @Column(name = "training_file")
    private String trainingFile;

    @Column(name = "validation_file")
    private String validationFile;

    @Column(name = "training_blob")
    private String trainingBlob;

    @Column(name = "validation_blob")
    private String validationBlob;

    private long seed;

    @JdbcTypeCode(SqlTypes.JSON)
    private String settings;

    @JdbcTypeCode(SqlTypes.JSON)
    private String resolved;

    @JdbcTypeCode(SqlTypes.JSON)
    private String estimate;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(name = "chat_template_kwargs")
    private String chatTemplateKwargs;

    @Column(name = "rendered_at")
    private Instant renderedAt;

    @JdbcTypeCode(SqlTypes.JSON)
    private String metadata;

    @Column(name = "trained_tokens")
    private Long trainedTokens;

    @Column(name = "fine_tuned_model")
    private String fineTunedModel;

    @Column(name = "result_file")
    private String resultFile;

    @Column(name = "artifact_file")
    private String artifactFile;

    @JdbcTypeCode(SqlTypes.JSON)
    private String progress;

    @Column(name = "error_code")
    private String errorCode;

    @Column(name = "error_message")
    private String errorMessage;

    @Column(name = "error_param")
    private String errorParam;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "finished_at")
    private Instant finishedAt;

    protected FineTuningJob() {}

    public String id() {
        return id;
    }

    public String project() {
        return project;
    }

    public JobStatus status() {
        return JobStatus.of(status);
    }

    public int priority() {
        return priority;
    }

    /** Name of the base model. */
    public String model() {
        return model;
    }

    /** The name that the tuned model of the job has or will have. */
    public String tunedModelName() {
        return TunedModelName.of(model, suffix, id);
    }

    /** The name of the weights after {@code step} steps. */
    public String checkpointName(int step) {
        return TunedModelName.checkpoint(tunedModelName(), step);
    }

    public String trainingFile() {
        return trainingFile;
    }

    /** Id of the validation file, or null if there is none. */
    public String validationFile() {
        return validationFile;
    }

    /** sha256 of the training rows; null after the end of the job. */
    public String trainingBlob() {
        return trainingBlob;
    }

    /** sha256 of the validation rows; null if there are none, and after the end of the job. */
    public String validationBlob() {
        return validationBlob;
    }

    public long seed() {
        return seed;
    }

    /** The settings of the request. */
    public TrainingSettings settings() {
        return JobJson.read(settings, TrainingSettings.class);
    }

    /** The settings as validation resolved them; null before. */
    public TrainingSettings resolved() {
        return resolved == null ? null : JobJson.read(resolved, TrainingSettings.class);
    }

    /** Null before validation. */
    public Estimate estimate() {
        return estimate == null
                ? null
                : JobJson.read(estimate, StoredEstimate.class).estimate();
    }

    /** Bytes that the training needs on the CPU, as estimated; null without an estimate. */
    public Long cpuMemory() {
        Estimate known = estimate();
        return known == null ? null : known.memory().cpu().total();
    }

    /** Variables for the chat template, from the request. */
    public Map<String, Object> chatTemplateKwargs() {
        return JobJson.fields(JobJson.tree(chatTemplateKwargs));
    }

    /** The time that the chat template prints, the same in all attempts; null before the first attempt. */
    public Instant renderedAt() {
        return renderedAt;
    }

    public JsonNode metadata() {
        return JobJson.tree(metadata);
    }

    public Long trainedTokens() {
        return trainedTokens;
    }

    public String fineTunedModel() {
        return fineTunedModel;
    }

    /**
     * Id of the results file. The id stays after somebody deletes the file, as with OpenAI. Null before success.
     */
    public String resultFile() {
        return resultFile;
    }

    public String artifactFile() {
        return artifactFile;
    }

    public Progress progress() {
        return progress == null ? null : JobJson.read(progress, Progress.class);
    }

    /** Null unless the job failed. */
    public Failure failure() {
        return errorCode == null ? null : new Failure(errorCode, errorMessage, errorParam);
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant finishedAt() {
        return finishedAt;
    }
}
