package io.attune.file;

import io.attune.storage.Blob;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PostLoad;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import org.springframework.data.domain.Persistable;

/** A file that a project uploaded, or that a job made for it. Deleted files keep their row, since jobs name them, but hold no blob. */
@Entity
@Table(name = "file")
public class StoredFile implements Persistable<String> {

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

    @Transient
    private boolean stored;

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

    public boolean isDeleted() {
        return deletedAt != null;
    }

    @Override
    public String getId() {
        return id;
    }

    /** Its id is not generated: this tells Spring Data to insert, not to look whether it is there. */
    @Override
    public boolean isNew() {
        return !stored;
    }

    @PostLoad
    @PostPersist
    void markStored() {
        stored = true;
    }

    void delete(Instant now) {
        deletedAt = now;
        blob = null;
    }
}
