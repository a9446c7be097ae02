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

/**
 * Bytes by checksum, in the artifact store. A row in the table {@code blob} exists only after its bytes are whole and durable, and nobody
 * sees bytes but through their row. Whoever keeps a blob refers to its row by a foreign key; what nothing refers to is swept after an hour, a
 * replaced state of a training after two minutes.
 *
 * <p>While the artifact store is away, methods throw {@link StoreUnavailableException}.
 */
@Component
public class BlobStore {

    /**
     * A condition on {@code blob}: its time of grace is over, in which whoever has put it makes the reference that keeps it. It is short for bytes
     * that somebody has let go of on purpose; several leases all the same, since another one may have put equal bytes at that moment.
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

    /** A place for bytes that are to come; the caller closes it. */
    public Incoming receive() throws IOException {
        try {
            return new Incoming(store, store.incoming().resolve("blob-" + UUID.randomUUID() + ".part"), disks);
        } catch (NoSuchFileException e) {
            throw new StoreUnavailableException("the folder for incoming bytes is not there: " + store.incoming(), e);
        }
    }

    /**
     * Takes finished bytes over, in the caller's transaction if there is one. They are durable by then, and their name is as soon as this returns; what
     * is left of the transaction has to make the reference that keeps them.
     *
     * @throws UncheckedIOException of a {@link StoreUnavailableException}, for one
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
            // an old row becomes young again, so that the sweeper leaves it alone until the caller refers to it
            jdbc.sql("""
                    insert into blob (sha256, size) values (:sha256, :size)
                    on conflict (sha256) do update set created_at = now(), released_at = null""")
                    .param("sha256", blob.sha256())
                    .param("size", blob.size())
                    .update();
        });
        return blob;
    }

    /** Keeps all bytes of the stream, which is not closed. Memory does not grow with its length. {@link #register}s them. */
    public Blob put(InputStream bytes) throws IOException {
        try (Incoming incoming = receive()) {
            incoming.keeping(bytes).transferTo(OutputStream.nullOutputStream());
            incoming.finish();
            return register(incoming);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Keeps a copy of the file's bytes. */
    public Blob put(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return put(bytes);
        }
    }

    /**
     * Leaves blobs alone for an hour from now, for one who reads them without holding a transaction open, whatever becomes meanwhile of what refers
     * to them. In the caller's transaction, which has seen to it that something refers to them now.
     */
    public void keepForAnHour(Collection<String> sha256s) {
        jdbc.sql("""
                        update blob set created_at = now(), released_at = null from (
                            select sha256 from blob where sha256 = any(:sha256s) order by sha256 for update) read
                        where blob.sha256 = read.sha256""") // in one order, so that two callers cannot wait for each other
                .param("sha256s", sha256s.toArray(String[]::new))
                .update();
    }

    /**
     * The bytes from their beginning; the caller closes the stream. Whoever reads to the end has read what was put: before the last of altered bytes
     * it throws {@link AlteredBlobException}.
     */
    public InputStream open(String sha256) throws IOException {
        return store.open(sha256, 0);
    }

    /** To be sent to a client, whole or in ranges, as it is read from the store. @throws IOException if the store does not have it now */
    public Resource download(String sha256) throws IOException {
        return new BlobResource(store, sha256, store.size(sha256));
    }

    /**
     * A local file that holds the bytes, verified: to be read at once, never written. It may go when other bytes are wanted here; {@link
     * #local(String, Path)} is for one who needs it for longer.
     *
     * @throws AlteredBlobException when they are not what was put
     * @throws java.nio.file.NoSuchFileException when the store has lost them
     */
    public Path local(String sha256) throws IOException {
        return store.local(sha256);
    }

    /**
     * As {@link #local(String)}; the file stays as long as {@code folder} does.
     *
     * @param folder of the work that needs it, in the data folder
     */
    public Path local(String sha256, Path folder) throws IOException {
        Path file = store.local(sha256);
        Path link = folder.resolve(sha256);
        try {
            return Files.createLink(link, file);
        } catch (FileAlreadyExistsException e) {
            return link;
        } catch (FileSystemException | UnsupportedOperationException e) {
            return file; // in another file system: a store's own file, which stays while something refers to it
        }
    }

    /** Deletes the blob unless something refers to it or its time of grace is not {@link #OVER}. {@code references} is a condition on {@code blob}. */
    void sweep(String sha256, String references) {
        transaction.executeWithoutResult(status -> {
            lock(sha256);
            // what is about to refer to the row is waited for, and seen by the next statement; what comes later waits
            // for the row's end
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

    /** Until the transaction's end nobody else puts or sweeps this blob: bytes and row change together. */
    private void lock(String sha256) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:sha256, 0))")
                .param("sha256", sha256)
                .query(rows -> {});
    }
}
