package io.attune.job;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** Published weights after a step. {@code Checkpoints} of {@code job.queue} writes the table. */
@Entity
@Immutable
@Table(name = "checkpoint")
public class PublishedCheckpoint {

    @Id
    private String id;

    private String job;
    private int step;
    private String model;
    private String artifact;

    @JdbcTypeCode(SqlTypes.JSON)
    private String metrics;

    @Column(name = "created_at")
    private Instant createdAt;

    protected PublishedCheckpoint() {}

    /** Name under which the weights can be used. */
    public String model() {
        return model;
    }

    /** sha256 of the blob, which is a zip of the adapter or of the full weights. */
    public String artifact() {
        return artifact;
    }

    public String id() {
        return id;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** Id of the job. */
    public String job() {
        return job;
    }

    public int step() {
        return step;
    }

    /** The numbers at the step, by their names in the API. */
    public <T> T metrics(Class<T> type) {
        return JobJson.read(metrics, type);
    }
}
