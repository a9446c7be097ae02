package io.attune.file;

import io.attune.api.ApiException;
import io.attune.api.Ids;
import io.attune.api.PageQuery;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Keeps the files of projects. */
@Service
public class FileService {

    private final FileRepository files;
    private final JdbcClient jdbc;
    private final BlobStore blobs;
    private final Clock clock;

    FileService(FileRepository files, JdbcClient jdbc, BlobStore blobs, Clock clock) {
        this.files = files;
        this.jdbc = jdbc;
        this.blobs = blobs;
        this.clock = clock;
    }

    /** Returns the file, unless it is unknown in this project, deleted or expired. */
    @Transactional(readOnly = true)
    public Optional<StoredFile> find(String project, String id) {
        return files.findLive(project, id, clock.instant());
    }

    /**
     * Adds a file that the service made, such as a job's results, in the caller's transaction.
     *
     * @param blob the bytes of the file, already in the store
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public StoredFile addResult(String project, String filename, Blob blob) {
        return add(project, filename, Purpose.FINE_TUNE_RESULTS, blob, null, null);
    }

    /**
     * Adds a file of rows that a client sent, in the caller's transaction. Registers its content in the store.
     *
     * @param rows checked and durable
     * @param lifetime time from now to the deletion of the file, or null
     */
    @Transactional(propagation = Propagation.MANDATORY)
    StoredFile addRows(String project, String filename, IncomingRows rows, Duration lifetime) {
        return add(
                project,
                filename,
                Purpose.FINE_TUNE,
                blobs.register(rows.content()),
                rows.check().rows(),
                lifetime);
    }

    private StoredFile add(
            String project, String filename, Purpose purpose, Blob blob, Integer rows, Duration lifetime) {
        Instant now = now();
        Instant expiresAt = lifetime == null ? null : now.plus(lifetime);
        StoredFile file = new StoredFile(Ids.file(), project, filename, purpose, blob, rows, now, expiresAt);
        jdbc.sql("""
                        insert into file
                            (id, project_id, filename, purpose, bytes, blob, status, rows, created_at, expires_at)
                        values
                            (:id, :project, :filename, :purpose, :bytes, :blob, :status, :rows, :created, :expires)""")
                .param("id", file.id())
                .param("project", project)
                .param("filename", filename)
                .param("purpose", purpose.wireName())
                .param("bytes", blob.size())
                .param("blob", blob.sha256())
                .param("status", file.status())
                .param("rows", rows)
                .param("created", time(now))
                .param("expires", expiresAt == null ? null : time(expiresAt))
                .update();
        return file;
    }

    /**
     * Returns at most {@code page.limit() + 1} files. The additional file shows that there is a next page.
     *
     * @param purpose only files of this purpose, or null for all files
     * @throws ApiException if {@code page.after()} names no file of this project
     */
    @Transactional(readOnly = true)
    List<StoredFile> list(String project, String purpose, PageQuery page) {
        Limit limit = Limit.of(page.limit() + 1);
        Instant now = clock.instant();
        if (page.after() == null) {
            return page.ascending()
                    ? files.oldest(project, purpose, now, limit)
                    : files.newest(project, purpose, now, limit);
        }
        StoredFile last = files.findEvenDeleted(project, page.after())
                .orElseThrow(() -> ApiException.invalidValue("after", "No such file: " + page.after() + "."));
        return page.ascending()
                ? files.oldestAfter(project, purpose, now, last.createdAt(), last.id(), limit)
                : files.newestAfter(project, purpose, now, last.createdAt(), last.id(), limit);
    }

    /**
     * Deletes a file and returns true if the file existed. A job that uses the file continues, because the job refers
     * to the blob.
     */
    @Transactional
    public boolean delete(String project, String id) {
        return jdbc.sql("""
                        update file set deleted_at = :now, blob = null
                        where id = :id and project_id = :project and deleted_at is null
                            and (expires_at is null or expires_at > :now)""")
                        .param("now", time(now()))
                        .param("id", id)
                        .param("project", project)
                        .update()
                > 0;
    }

    @Transactional
    int deleteExpired() {
        return jdbc.sql("""
                        update file set deleted_at = :now, blob = null
                        where deleted_at is null and expires_at <= :now""").param("now", time(now())).update();
    }

    /**
     * Returns the current time without its nanoseconds, because the database stores microseconds. The next page
     * starts after a file with exactly this time.
     */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
