package io.attune.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Deletes unneeded data from the artifact store: blobs without a reference, bytes without a row, unfinished
 * uploads. Deletes nothing younger than an hour, except replaced states of trainings.
 */
@Component
class StoreSweeper {

    private static final Duration AGE = Duration.ofHours(1);

    private static final int PAGE = 1000;
    private static final Logger log = LoggerFactory.getLogger(StoreSweeper.class);

    private final BlobStore blobs;
    private final ArtifactStore store;
    private final StoreMarker marker;
    private final JdbcClient jdbc;
    private final Clock clock;

    StoreSweeper(BlobStore blobs, ArtifactStore store, StoreMarker marker, JdbcClient jdbc, Clock clock) {
        this.blobs = blobs;
        this.marker = marker;
        this.store = store;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Scheduled(initialDelayString = "${attune.sweep-delay:2m}", fixedDelayString = "30m")
    void sweepNowAndThen() {
        unlessAway(this::sweep);
    }

    @Scheduled(initialDelayString = "30s", fixedDelayString = "30s")
    void sweepUnreferencedOften() {
        unlessAway(this::sweepUnreferenced);
    }

    /** Sweeps everything. Several services may sweep the same store at the same time. */
    void sweep() throws IOException {
        marker.check();
        Instant limit = clock.instant().minus(AGE);
        store.sweepUnfinished(limit);
        sweepUnreferenced();
        String references = references();
        List<String> kept = store.keptBefore(limit);
        for (int from = 0; from < kept.size(); from += PAGE) {
            withoutRow(kept.subList(from, Math.min(from + PAGE, kept.size())))
                    .forEach(sha256 -> blobs.sweep(sha256, references));
        }
    }

    void sweepUnreferenced() throws IOException {
        marker.check();
        String references = references();
        jdbc.sql("select sha256 from blob where " + BlobStore.OVER + " and not (" + references + ")")
                .query(String.class)
                .list()
                .forEach(sha256 -> blobs.sweep(sha256, references));
    }

    private List<String> withoutRow(List<String> names) {
        return jdbc.sql("""
                        select name from unnest(:names) name
                        where name ~ '^[0-9a-f]{64}$' and not exists (select from blob where sha256 = name)""")
                .param("names", names.toArray(String[]::new))
                .query(String.class)
                .list();
    }

    private interface Sweep {
        void run() throws IOException;
    }

    private static void unlessAway(Sweep sweep) {
        try {
            sweep.run();
        } catch (IOException | UncheckedIOException | StorageException | DataAccessException | TransactionException e) {
            log.warn("the artifact store could not be swept now: {}", e.getMessage());
        }
    }

    /**
     * Returns a condition on {@code blob}: a row of a table refers to it. The foreign keys of the schema name these
     * tables.
     */
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
