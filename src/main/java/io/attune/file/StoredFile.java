package io.attune.file;

import io.attune.storage.Blob;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;

/**
 * A file that a client uploaded, or that a job made. A deleted file keeps its row, since jobs name it, but holds no
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

    /** Checksum of its bytes; null once the file is deleted. */
    public String blob() {
        return blob;
    }

    public String status() {
        return status;
    }

    /** Number of rows; null for files that are not rows. */
    public Integer rowCount() {
        return rowCount;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** When it deletes itself; null for never. */
    public Instant expiresAt() {
        return expiresAt;
    }
}
