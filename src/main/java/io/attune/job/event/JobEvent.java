package io.attune.job.event;

import io.attune.job.JobJson;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import tools.jackson.databind.JsonNode;

/** An event of a job. {@link EventLog} writes the table. */
@Entity
@Immutable
@Table(name = "event")
public class JobEvent {

    @Id
    private String id;

    private String job;
    private long seq;
    private String level;
    private String type;
    private String message;

    @JdbcTypeCode(SqlTypes.JSON)
    private String data;

    @Column(name = "created_at")
    private Instant createdAt;

    protected JobEvent() {}

    public String id() {
        return id;
    }

    public long seq() {
        return seq;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** {@code info}, {@code warn} or {@code error}. */
    public String level() {
        return level;
    }

    /** {@code message} or {@code metrics}. */
    public String type() {
        return type;
    }

    /** A sentence for people. */
    public String message() {
        return message;
    }

    /** More data for programs, or null. */
    public JsonNode data() {
        return data == null ? null : JobJson.tree(data);
    }
}
