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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.UUID;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Stores bytes under their checksum in the artifact store. A row in the table {@code blob} is written only after
 * the bytes are whole and durable. Bytes are visible only through their row. A foreign key to the row keeps a blob.
 * Blobs without a reference are deleted after an hour, and replaced states of a training after two minutes.
 *
 * <p>While the artifact store is unavailable, methods throw {@link StoreUnavailableException}.
 */
@Component
public class BlobStore {

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

    BlobStore(ArtifactStore store, Disks disks, JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.store = store;
        this.disks = disks;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Opens a file for new bytes; the caller closes it. */
    public Incoming receive() throws IOException {
        try {
            return new Incoming(store, store.incoming().resolve("blob-" + UUID.randomUUID() + ".part"), disks);
        } catch (NoSuchFileException e) {
            throw new StoreUnavailableException("the folder for incoming bytes is not there: " + store.incoming(), e);
        }
    }

    /**
     * Stores finished bytes, in the caller's transaction if there is one. The bytes are durable already; their name
     * is durable when this method returns. The rest of the transaction has to create the reference that keeps them.
     *
     * @throws UncheckedIOException with its cause, such as a {@link StoreUnavailableException}
     */
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

    /**
     * Stores all bytes of the stream and {@link #register}s them. Does not close the stream. Memory does not grow
     * with its length.
     */
    public Blob put(InputStream bytes) throws IOException {
        try (Incoming incoming = receive()) {
            incoming.keeping(bytes).transferTo(OutputStream.nullOutputStream());
            incoming.finish();
            return register(incoming);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Stores a copy of the file's bytes. */
    public Blob put(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return put(bytes);
        }
    }

    /**
     * Keeps the blobs for one hour from now, even if all references to them are deleted meanwhile. A reader without
     * an open transaction may still need them. Runs in the caller's transaction, which ensures that the blobs have
     * a reference now.
     */
    public void keepForAnHour(Collection<String> sha256s) {
        jdbc.sql("""
                        update blob set created_at = now(), released_at = null from (
                            select sha256 from blob where sha256 = any(:sha256s) order by sha256 for update) read
                        where blob.sha256 = read.sha256""") // always in the same order, which avoids deadlocks
                .param("sha256s", sha256s.toArray(String[]::new))
                .update();
    }

    /**
     * Opens the bytes from their beginning; the caller closes the stream. The stream throws
     * {@link AlteredBlobException} before the last byte if the bytes were altered.
     */
    public InputStream open(String sha256) throws IOException {
        return store.open(sha256, 0);
    }

    /**
     * Returns a resource that sends the blob to a client, whole or in ranges, directly from the store.
     *
     * @throws IOException if the store does not have the blob now
     */
    public Resource download(String sha256) throws IOException {
        return new BlobResource(store, sha256, store.size(sha256));
    }

    /**
     * Returns a local file with the bytes, verified. The caller must read it at once and must not write to it. The
     * file may be deleted when other bytes need the room. {@link #local(String, Path)} keeps it for longer.
     *
     * @throws AlteredBlobException if the bytes differ from the bytes that were stored
     * @throws java.nio.file.NoSuchFileException if the store has lost the bytes
     */
    public Path local(String sha256) throws IOException {
        return store.local(sha256);
    }

    /**
     * As {@link #local(String)}, but keeps the file as long as {@code folder} exists.
     *
     * @param folder the folder of the work that needs the file, in the data folder
     */
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

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
