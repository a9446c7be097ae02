package io.attune.file;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads the table {@code file}. {@link FileService} writes it. */
interface FileRepository extends Repository<StoredFile, String> {

    String LIVE = "f.projectId = :project and f.deletedAt is null and (f.expiresAt is null or f.expiresAt > :now)";
    String CHOSEN = "select f from StoredFile f where " + LIVE + " and (:purpose is null or f.purpose = :purpose) ";

    @Query("select f from StoredFile f where f.id = :id and " + LIVE)
    Optional<StoredFile> findLive(String project, String id, Instant now);

    /** Finds a deleted file too. The last file of a page may be deleted before the client asks for the next page. */
    @Query("select f from StoredFile f where f.id = :id and f.projectId = :project")
    Optional<StoredFile> findEvenDeleted(String project, String id);

    @Query(CHOSEN + "order by f.createdAt desc, f.id desc")
    List<StoredFile> newest(String project, String purpose, Instant now, Limit limit);

    @Query(CHOSEN + "order by f.createdAt, f.id")
    List<StoredFile> oldest(String project, String purpose, Instant now, Limit limit);

    @Query(CHOSEN + "and (f.createdAt < :at or f.createdAt = :at and f.id < :id) order by f.createdAt desc, f.id desc")
    List<StoredFile> newestAfter(String project, String purpose, Instant now, Instant at, String id, Limit limit);

    @Query(CHOSEN + "and (f.createdAt > :at or f.createdAt = :at and f.id > :id) order by f.createdAt, f.id")
    List<StoredFile> oldestAfter(String project, String purpose, Instant now, Instant at, String id, Limit limit);
}
