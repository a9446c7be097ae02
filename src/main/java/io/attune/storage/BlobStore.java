package io.attune.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Bytes by checksum, in the data folder. A row in the table {@code blob} exists only after its bytes are durable: the file and its folder
 * are synced before the row is written. Whoever keeps a blob refers to its row by a foreign key; what nothing has referred to for an hour is swept.
 */
@Component
public class BlobStore {

    private final DataFolder folder;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    BlobStore(DataFolder folder, JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.folder = folder;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** A place for bytes that are to come; the caller closes it. */
    public Incoming receive() throws IOException {
        return new Incoming(folder.incoming().resolve("blob-" + UUID.randomUUID() + ".part"));
    }

    /**
     * Takes finished bytes over, in the caller's transaction if there is one. They are durable by then, and their name is as soon as this returns; what
     * is left of the transaction has to make the reference that keeps them.
     */
    public Blob register(Incoming incoming) {
        Blob blob = incoming.blob();
        transaction.executeWithoutResult(status -> {
            lock(blob.sha256());
            move(incoming.path(), path(blob.sha256()));
            // an old row becomes young again, so that the sweeper leaves it alone until the caller refers to it
            jdbc.sql("""
                    insert into blob (sha256, size) values (:sha256, :size)
                    on conflict (sha256) do update set created_at = now()""")
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
                        update blob set created_at = now() from (
                            select sha256 from blob where sha256 = any(:sha256s) order by sha256 for update) read
                        where blob.sha256 = read.sha256""") // in one order, so that two callers cannot wait for each other
                .param("sha256s", sha256s.toArray(String[]::new))
                .update();
    }

    /** The bytes from their beginning; the caller closes the stream. */
    public InputStream open(String sha256) throws IOException {
        return Files.newInputStream(path(sha256));
    }

    /** The local file that holds the bytes: to be read, never written. */
    public Path path(String sha256) {
        return folder.blobs().resolve(sha256.substring(0, 2)).resolve(sha256);
    }

    /** Deletes the blob unless something refers to it or it is younger than an hour. {@code references} is a condition on {@code blob}. */
    void sweep(String sha256, String references) {
        transaction.executeWithoutResult(status -> {
            lock(sha256);
            boolean kept = jdbc.sql("select exists (select from blob where sha256 = :sha256 and (" + references
                            + " or created_at > now() - interval '1 hour'))")
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
                Files.deleteIfExists(path(sha256));
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

    private static void move(Path incoming, Path place) {
        try {
            boolean newFolder = !Files.isDirectory(place.getParent());
            Files.createDirectories(place.getParent());
            Files.move(incoming, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            sync(place.getParent());
            if (newFolder) {
                sync(place.getParent().getParent());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sync(Path fileOrFolder) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
