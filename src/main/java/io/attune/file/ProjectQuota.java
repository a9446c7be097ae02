package io.attune.file;

import io.attune.api.ApiException;
import java.util.HashMap;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.util.unit.DataSize;

/**
 * Limits the bytes of files in a project. The files that jobs made and the parts of pending uploads count too. The
 * service never refuses the files of a job. It refuses uploads only: before it reads their bytes if their length is
 * known, and again before it registers the bytes.
 */
@Component
class ProjectQuota {

    /** Room reserved for bytes that the service receives. Closing the reservation releases the room. */
    interface Reservation extends AutoCloseable {
        @Override
        void close();
    }

    private final long most; // in bytes; 0 means no limit
    private final JdbcClient jdbc;
    private final Map<String, Long> coming = new HashMap<>();

    ProjectQuota(@Value("${attune.max-project-bytes}") DataSize most, JdbcClient jdbc) {
        this.most = most.toBytes();
        this.jdbc = jdbc;
    }

    /**
     * Reserves room, so that this process never receives more bytes at a time than the project may hold.
     *
     * @param length length of the request's body in bytes, or less than 0 if the length is unknown
     * @throws ApiException if the project does not have that much room
     */
    Reservation reserve(String project, long length) {
        long bytes = Math.max(0, length);
        if (most == 0) {
            return () -> {};
        }
        long held = held(project);
        synchronized (coming) {
            long others = coming.getOrDefault(project, 0L);
            requireRoom(held + others, bytes);
            coming.put(project, others + bytes);
        }
        return () -> giveBack(project, bytes);
    }

    private void giveBack(String project, long bytes) {
        synchronized (coming) {
            coming.computeIfPresent(project, (name, all) -> all == bytes ? null : all - bytes);
        }
    }

    /**
     * Checks that the bytes fit. The caller's transaction adds the bytes. When a project would hold more than half of
     * its limit, its transactions run one after the other. Below that, they run in parallel, because {@link #reserve}
     * prevents them from filling the project.
     *
     * @throws ApiException if the bytes do not fit
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void requireRoom(String project, long bytes) {
        if (most > 0) {
            String lock = bytes > most / 2 - held(project) ? "pg_advisory_xact_lock" : "pg_advisory_xact_lock_shared";
            jdbc.sql("select " + lock + "(hashtextextended('bytes of ' || :project, 0))")
                    .param("project", project)
                    .query(row -> {});
            requireRoom(held(project), bytes);
        }
    }

    private void requireRoom(long held, long bytes) {
        if (bytes > most - held) {
            throw ApiException.conflict(
                    "project_full",
                    "The project holds or receives " + held + " bytes of files, and may hold " + most
                            + ": there is no room for "
                            + bytes + " more. Delete files, cancel uploads, or have the service's administrator raise"
                            + " ATTUNE_MAX_PROJECT_BYTES.");
        }
    }

    private long held(String project) {
        return jdbc.sql("""
                        select (select coalesce(sum(bytes), 0) from file where project_id = :project and deleted_at is null)
                            + (select coalesce(sum(p.bytes), 0) from upload_part p join upload u on u.id = p.upload
                               where u.project_id = :project)""").param("project", project).query(Long.class).single();
    }
}
