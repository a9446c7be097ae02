package io.attune.storage;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Removes what nobody needs any more from the artifact store: blobs that nothing refers to, bytes that never got a row, unfinished
 * uploads. Nothing younger than an hour is touched.
 */
@Component
class StoreSweeper {

    private static final Duration AGE = Duration.ofHours(1);

    private final BlobStore blobs;
    private final ArtifactStore store;
    private final JdbcClient jdbc;
    private final Clock clock;

    StoreSweeper(BlobStore blobs, ArtifactStore store, JdbcClient jdbc, Clock clock) {
        this.blobs = blobs;
        this.store = store;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Scheduled(initialDelayString = "${attune.sweep-delay:2m}", fixedDelayString = "30m")
    void sweep() throws IOException {
        Instant limit = clock.instant().minus(AGE);
        store.sweepUnfinished(limit);
        String references = references();
        jdbc.sql("select sha256 from blob where created_at <= now() - interval '1 hour' and not (" + references + ")")
                .query(String.class)
                .list()
                .forEach(sha256 -> blobs.sweep(sha256, references));
        for (String sha256 : store.keptBefore(limit)) {
            boolean known = jdbc.sql("select exists (select from blob where sha256 = :sha256)")
                    .param("sha256", sha256)
                    .query(Boolean.class)
                    .single();
            if (!known) {
                blobs.sweep(sha256, references);
            }
        }
    }

    /** A condition on {@code blob}: some row of some table refers to it. The schema's foreign keys say which tables those are. */
    private String references() {
        record Reference(String tableName, String columnName) {}
        List<Reference> all = jdbc.sql("""
                        select k.conrelid::regclass::text as table_name, a.attname as column_name
                        from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
                        where k.contype = 'f' and k.confrelid = 'blob'::regclass""").query(Reference.class).list();
        return all.stream()
                .map(reference -> "exists (select from " + reference.tableName() + " r where r."
                        + reference.columnName() + " = blob.sha256)")
                .collect(Collectors.joining(" or "));
    }
}
