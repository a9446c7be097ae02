package io.attune.storage;

import io.attune.disk.Disks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.UUID;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Keeps a row in the table {@code blob} for each blob. A foreign key to that row keeps the blob. */
@Component
class JdbcBlobStore implements BlobStore {

    /**
     * A condition on {@code blob}: its grace period is over. During this period, the caller that stored the bytes
     * creates the reference that keeps them. The period is shorter for bytes that were released on purpose. It is
     * still several leases long, because another caller may store equal bytes at that moment.
     */
    static final String OVER =
            "(created_at <= now() - interval '1 hour' or released_at <= now() - interval '2 minutes')";

    private final ArtifactStore store;
    private final Disks disks;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    JdbcBlobStore(ArtifactStore store, Disks disks, JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.store = store;
        this.disks = disks;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public Incoming receive() throws IOException {
        try {
            return new Incoming(store, store.incoming().resolve("blob-" + UUID.randomUUID() + ".part"), disks);
        } catch (NoSuchFileException e) {
            throw new StoreUnavailableException("the folder for incoming bytes is not there: " + store.incoming(), e);
        }
    }

    @Override
    public Blob register(Incoming incoming) {
        Blob blob = incoming.blob();
        transaction.executeWithoutResult(status -> {
            lock(blob.sha256());
            try {
                store.keep(blob, incoming.path());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            // renews an old row, so that the sweeper keeps it until the caller refers to it
            jdbc.sql("""
                    insert into blob (sha256, size) values (:sha256, :size)
                    on conflict (sha256) do update set created_at = now(), released_at = null""")
                    .param("sha256", blob.sha256())
                    .param("size", blob.size())
                    .update();
        });
        return blob;
    }

    @Override
    public Blob put(InputStream bytes) throws IOException {
        try (Incoming incoming = receive()) {
            incoming.keeping(bytes).transferTo(OutputStream.nullOutputStream());
            incoming.finish();
            return register(incoming);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public Blob put(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return put(bytes);
        }
    }

    @Override
    public void keepForAnHour(Collection<String> sha256s) {
        jdbc.sql("""
                        update blob set created_at = now(), released_at = null from (
                            select sha256 from blob where sha256 = any(:sha256s) order by sha256 for update) read
                        where blob.sha256 = read.sha256""") // always in the same order, which avoids deadlocks
                .param("sha256s", sha256s.toArray(String[]::new))
                .update();
    }

    @Override
    public InputStream open(String sha256) throws IOException {
        return store.open(sha256, 0);
    }

    @Override
    public Resource download(String sha256) throws IOException {
        return new BlobResource(store, sha256, store.size(sha256));
    }

    @Override
    public Path local(String sha256) throws IOException {
        return store.local(sha256);
    }

    @Override
    public Path local(String sha256, Path folder) throws IOException {
        Path file = store.local(sha256);
        Path link = folder.resolve(sha256);
        try {
            return Files.createLink(link, file);
        } catch (FileAlreadyExistsException e) {
            return link;
        } catch (FileSystemException | UnsupportedOperationException e) {
            return file; // in another file system: the store's own file, which stays while it has a reference
        }
    }

    /**
     * Deletes the blob if it has no reference and its grace period is {@link #OVER}.
     *
     * @param references a condition on {@code blob} that is true if a reference exists
     */
    void sweep(String sha256, String references) {
        transaction.executeWithoutResult(status -> {
            lock(sha256);
            // waits for transactions that are about to refer to the row; the next statement sees their references,
            // and later transactions wait for this one
            jdbc.sql("select from blob where sha256 = :sha256 for update")
                    .param("sha256", sha256)
                    .query(row -> {});
            boolean kept = jdbc.sql("select exists (select from blob where sha256 = :sha256 and (" + references + " or "
                            + OVER + " is not true))")
                    .param("sha256", sha256)
                    .query(Boolean.class)
                    .single();
            if (kept) {
                return;
            }
            jdbc.sql("delete from blob where sha256 = :sha256")
                    .param("sha256", sha256)
                    .update();
            try {
                store.delete(sha256);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Locks the blob until the end of the transaction. Bytes and row then change together. */
    private void lock(String sha256) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:sha256, 0))")
                .param("sha256", sha256)
                .query(rows -> {});
    }
}
