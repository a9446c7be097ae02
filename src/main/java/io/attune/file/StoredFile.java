package io.attune.file;

import io.attune.storage.Blob;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;

/**
 * A file that a client uploaded or a job made. A deleted file keeps its row, because jobs refer to it, but has no
 * blob.
 */
@Entity
@Immutable
@Table(name = "file")
public class StoredFile {

    @Id
    private String id;

    private String projectId;
    private String filename;
    private String purpose;
    private long bytes;
    private String blob;
    private String status;

    @Column(name = "rows")
    private Integer rowCount;

    private Instant createdAt;
    private Instant expiresAt;
    private Instant deletedAt;

    protected StoredFile() {}

    StoredFile(
            String id,
            String projectId,
            String filename,
            Purpose purpose,
            Blob blob,
            Integer rowCount,
            Instant createdAt,
            Instant expiresAt) {
        this.id = id;
        this.projectId = projectId;
        this.filename = filename;
        this.purpose = purpose.wireName();
        this.bytes = blob.size();
        this.blob = blob.sha256();
        this.status = "processed";
        this.rowCount = rowCount;
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }

    public String id() {
        return id;
    }

    public String filename() {
        return filename;
    }

    public Purpose purpose() {
        return Purpose.of(purpose);
    }

    public long bytes() {
        return bytes;
    }

    /** Returns the SHA-256 of the bytes, or null if the file is deleted. */
    public String blob() {
        return blob;
    }

    public String status() {
        return status;
    }

    /** Returns the number of rows, or null if the file does not hold rows. */
    public Integer rowCount() {
        return rowCount;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** Returns the time of deletion, or null if the file does not expire. */
    public Instant expiresAt() {
        return expiresAt;
    }
}
