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
 * Sees to it that database and artifact store belong together: both hold the same random id, written at the first start. With another store the
 * files of the database would be gone, and the sweeper would take the other one's bytes for nobody's. While the store is away the service starts
 * all the same, and nothing is swept; the store is looked at as soon as it is back.
 */
@Component
class StoreMarker {

    private static final Logger log = LoggerFactory.getLogger(StoreMarker.class);

    /** So many of the newest blobs are looked for in a store that has no marker yet. */
    private static final int SAMPLE = 5;

    private final ArtifactStore store;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private volatile boolean known;

    /** @throws StorageException when the store is another one than the database knows */
    StoreMarker(ArtifactStore store, JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.store = store;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        try {
            check();
        } catch (StoreUnavailableException e) {
            log.warn("whether {} is the database's store is looked at when it answers: {}", store, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("the marker of " + store + " can be neither read nor written", e);
        }
    }

    /** Once it is known that they belong together it does nothing. @throws StorageException when they do not */
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

    /** Services that start at the same time do this one after the other. */
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

    /** A database that knows no store takes one without a marker if that has its bytes, and one with a marker only then too. */
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
                        + " `attune store copy FROM TO` with the old and the new store, and start it with the new one.");
    }
}
