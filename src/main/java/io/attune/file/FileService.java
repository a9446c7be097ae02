package io.attune.file;

import io.attune.api.ApiException;
import io.attune.api.Ids;
import io.attune.api.PageQuery;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The files of projects. */
@Service
public class FileService {

    private final FileRepository files;
    private final BlobStore blobs;
    private final Clock clock;

    FileService(FileRepository files, BlobStore blobs, Clock clock) {
        this.files = files;
        this.blobs = blobs;
        this.clock = clock;
    }

    /** The file, unless it is unknown in this project, deleted or expired. */
    @Transactional(readOnly = true)
    public Optional<StoredFile> find(String project, String id) {
        return files.findLive(project, id, clock.instant());
    }

    /**
     * Adds a file that the service made, such as a job's results, in the caller's transaction.
     *
     * @param blob its bytes, already in the store
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public StoredFile addResult(String project, String filename, Blob blob) {
        return add(project, filename, Purpose.FINE_TUNE_RESULTS, blob, null, null);
    }

    /**
     * Adds a file of rows that a client has sent, and takes its content into the store, in the caller's transaction.
     *
     * @param rows finished
     * @param lifetime after which it deletes itself, or null
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
        // at once, as the caller's next statements may refer to it
        return files.saveAndFlush(new StoredFile(Ids.file(), project, filename, purpose, blob, rows, now, expiresAt));
    }

    /**
     * At most {@code page.limit() + 1} files: one too many tells that there is more.
     *
     * @param purpose only files of this purpose, or null for all
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

    /** Whether there was such a file. A job that uses it goes on: it holds the blob. */
    @Transactional
    public boolean delete(String project, String id) {
        Optional<StoredFile> file = find(project, id);
        file.ifPresent(found -> found.delete(now()));
        return file.isPresent();
    }

    @Transactional
    int deleteExpired() {
        return files.deleteExpired(now());
    }

    /** The database keeps microseconds; a page's place is found again by this time. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
