package io.attune.job;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** Weights after a step, which can be used. Read here; written by {@link AttemptJournal}. */
@Entity
@Immutable
@Table(name = "checkpoint")
class PublishedCheckpoint {

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
    String model() {
        return model;
    }

    /** Checksum of the blob: a zip of the adapter or of the full weights. */
    String artifact() {
        return artifact;
    }

    CheckpointAnswer answer() {
        return new CheckpointAnswer(
                "fine_tuning.job.checkpoint",
                id,
                createdAt.getEpochSecond(),
                model,
                job,
                JobJson.read(metrics, CheckpointAnswer.Metrics.class),
                step);
    }
}
