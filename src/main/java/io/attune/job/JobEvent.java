package io.attune.job;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** Something that happened to a job, as its events tell it. Read here; written by {@link EventLog}. */
@Entity
@Immutable
@Table(name = "event")
class JobEvent {

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

    String id() {
        return id;
    }

    long seq() {
        return seq;
    }

    EventAnswer answer() {
        return new EventAnswer(
                "fine_tuning.job.event",
                id,
                createdAt.getEpochSecond(),
                level,
                message,
                type,
                data == null ? null : JobJson.tree(data));
    }
}
