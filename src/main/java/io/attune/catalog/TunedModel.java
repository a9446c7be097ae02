package io.attune.catalog;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Objects;
import org.hibernate.annotations.Immutable;

/** The model that a successful job made. Its name is {@code ft:{base}:{org}:{suffix}:{short id}}. */
@Entity
@Immutable
@Table(name = "tuned_model")
public class TunedModel {

    @Id
    private String name;

    private String projectId;
    private String job;
    private String base;
    private String method;
    private String artifact;
    private Instant createdAt;

    protected TunedModel() {}

    /**
     * @param job id of the job that made the model
     * @param base name of the base model
     * @param method {@code lora} or {@code full}
     * @param artifact checksum of the blob: a zip of the adapter or of the full weights
     */
    public TunedModel(
            String name, String projectId, String job, String base, String method, String artifact, Instant createdAt) {
        this.name = Objects.requireNonNull(name);
        this.projectId = projectId;
        this.job = job;
        this.base = base;
        this.method = method;
        this.artifact = artifact;
        this.createdAt = createdAt;
    }

    public String name() {
        return name;
    }

    public String projectId() {
        return projectId;
    }

    public String job() {
        return job;
    }

    public String base() {
        return base;
    }

    public String method() {
        return method;
    }

    public String artifact() {
        return artifact;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
