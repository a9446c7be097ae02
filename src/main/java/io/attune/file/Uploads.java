package io.attune.file;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Reads and writes the tables {@code upload} and {@code upload_part}. */
@Component
class Uploads {

    /** A received part of an upload: an id, the SHA-256 of the bytes, and their number. */
    record Part(String id, String blob, long bytes) {}

    private final JdbcClient jdbc;

    Uploads(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void add(Upload upload) {
        jdbc.sql("""
                        insert into upload (id, project_id, filename, purpose, bytes, lifetime_seconds, status, created_at, expires_at)
                        values (:id, :project, :filename, :purpose, :bytes, :lifetime, :status, :created, :expires)""")
                .param("id", upload.id())
                .param("project", upload.projectId())
                .param("filename", upload.filename())
                .param("purpose", upload.purpose())
                .param("bytes", upload.bytes())
                .param(
                        "lifetime",
                        upload.lifetime() == null ? null : upload.lifetime().toSeconds())
                .param("status", upload.recorded().wireName())
                .param("created", time(upload.createdAt()))
                .param("expires", time(upload.expiresAt()))
                .update();
    }

    boolean exists(String project, String id) {
        return jdbc.sql("select exists (select from upload where id = :id and project_id = :project)")
                .param("id", id)
                .param("project", project)
                .query(Boolean.class)
                .single();
    }

    /**
     * Locks and returns the upload. No other transaction changes it or adds parts to it until this transaction ends.
     */
    Optional<Upload> lock(String project, String id) {
        return jdbc.sql("select * from upload where id = :id and project_id = :project for update")
                .param("id", id)
                .param("project", project)
                .query((row, number) -> read(row))
                .optional();
    }

    void addPart(String upload, Part part, Instant now) {
        jdbc.sql("""
                        insert into upload_part (id, upload, blob, bytes, created_at)
                        values (:id, :upload, :blob, :bytes, :created)""")
                .param("id", part.id())
                .param("upload", upload)
                .param("blob", part.blob())
                .param("bytes", part.bytes())
                .param("created", time(now))
                .update();
    }

    List<Part> parts(String upload) {
        return jdbc.sql("select id, blob, bytes from upload_part where upload = :upload")
                .param("upload", upload)
                .query(Part.class)
                .list();
    }

    /** Returns the size of all received parts together, in bytes. */
    long received(String upload) {
        return jdbc.sql("select coalesce(sum(bytes), 0) from upload_part where upload = :upload")
                .param("upload", upload)
                .query(Long.class)
                .single();
    }

    /**
     * Records the end of a locked upload, and deletes the rows of its parts.
     *
     * @param file id of the file that the upload has become, or null
     */
    void end(String upload, Upload.Status status, String file) {
        jdbc.sql("update upload set status = :status, file = :file where id = :id")
                .param("id", upload)
                .param("status", status.wireName())
                .param("file", file)
                .update();
        jdbc.sql("delete from upload_part where upload = :id")
                .param("id", upload)
                .update();
    }

    /** Records the expiry of uploads that were not completed in time, and deletes the rows of their parts. */
    @Transactional
    void expire(Instant now) {
        jdbc.sql("update upload set status = 'expired' where status = 'pending' and expires_at <= :now")
                .param("now", time(now))
                .update();
        // This statement runs separately after the update. So it sees parts that other transactions added before the
        // update locked their upload.
        jdbc.sql("delete from upload_part where upload in (select id from upload where status = 'expired')")
                .update();
    }

    private static Upload read(ResultSet row) throws SQLException {
        long lifetime = row.getLong("lifetime_seconds");
        return new Upload(
                row.getString("id"),
                row.getString("project_id"),
                row.getString("filename"),
                row.getString("purpose"),
                row.getLong("bytes"),
                lifetime == 0 ? null : Duration.ofSeconds(lifetime),
                Upload.Status.of(row.getString("status")),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant());
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
