package io.attune.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Checks that database and artifact store belong together. Both contain the same random id, written at the first
 * start. With another store, the files of the database would be missing, and the sweeper would delete the other
 * store's bytes. If the store is unavailable, the service still starts, but sweeps nothing. The check runs as soon
 * as the store is back.
 */
@Component
class StoreMarker {

    private static final Logger log = LoggerFactory.getLogger(StoreMarker.class);

    /** Number of the newest blobs that are searched for in a store without a marker. */
    private static final int SAMPLE = 5;

    private final ArtifactStore store;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private volatile boolean known;

    /** @throws StorageException if the store is not the one that the database knows */
    StoreMarker(ArtifactStore store, JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.store = store;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        try {
            check();
        } catch (StoreUnavailableException e) {
            log.warn("{} does not answer, so its marker is checked later: {}", store, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("the marker of " + store + " can be neither read nor written", e);
        }
    }

    /**
     * Compares the ids. Does nothing after the first success.
     *
     * @throws StorageException if they do not belong together
     */
    void check() throws IOException {
        if (known) {
            return;
        }
        try {
            transaction.executeWithoutResult(status -> {
                try {
                    compare();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        known = true;
    }

    @Scheduled(initialDelayString = "10s", fixedDelayString = "10s")
    void checkUntilItIsKnown() {
        try {
            check();
        } catch (StorageException e) {
            log.error("Attune ends: {} {}", e.getMessage(), e.wayOut());
            new Thread(() -> System.exit(1), "store-marker").start();
        } catch (IOException | RuntimeException e) {
            log.debug("{} still does not answer: {}", store, e.getMessage());
        }
    }

    /** Compares the ids under a lock, so that services that start at the same time take turns. */
    private void compare() throws IOException {
        jdbc.sql("lock table store_marker in exclusive mode").update();
        Optional<String> ours =
                jdbc.sql("select id from store_marker").query(String.class).optional();
        Optional<String> theirs = store.marker();
        if (ours.isEmpty()) {
            String id = adopt(theirs);
            jdbc.sql("insert into store_marker (id) values (:id)")
                    .param("id", id)
                    .update();
        } else if (!ours.equals(theirs)) {
            throw other(
                    theirs.isEmpty()
                            ? "has no marker (store-id), so it is not the one"
                            : "belongs to another database");
        }
    }

    /**
     * Adopts a store for a database without an id. If the database has blobs, the store must have one of the
     * newest. If it has none, a store with a marker must be empty.
     */
    private String adopt(Optional<String> theirs) throws IOException {
        List<String> newest = jdbc.sql("select sha256 from blob order by created_at desc limit " + SAMPLE)
                .query(String.class)
                .list();
        if (!newest.isEmpty() && !hasAny(newest)) {
            throw other("has none of the newest files");
        }
        if (newest.isEmpty()
                && theirs.isPresent()
                && !store.keptBefore(Instant.MAX).isEmpty()) {
            throw other("belongs to another database, and this one has no files yet");
        }
        if (theirs.isPresent()) {
            return theirs.get();
        }
        String id = UUID.randomUUID().toString();
        store.mark(id);
        return id;
    }

    private boolean hasAny(List<String> sha256s) throws IOException {
        for (String sha256 : sha256s) {
            try {
                store.size(sha256);
                return true;
            } catch (NoSuchFileException e) {
                log.debug("{} is not in {}", sha256, store);
            }
        }
        return false;
    }

    private StorageException other(String why) {
        return new StorageException(
                "The artifact store " + store + " is not the one that the database knows: it " + why + ".",
                "Set ATTUNE_STORE to the store that the database was used with. To move, stop Attune, run"
                        + " `attune store copy FROM TO` with the old and the new store, and start it with the new"
                        + " one.");
    }
}
