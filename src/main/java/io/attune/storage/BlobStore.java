package io.attune.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import org.springframework.core.io.Resource;

/**
 * Stores bytes under their checksum in the artifact store. A row in the table {@code blob} is written only after
 * the bytes are whole and durable. Bytes are visible only through their row. A foreign key to the row keeps a blob.
 * Blobs without a reference are deleted after an hour, and replaced states of a training after two minutes.
 *
 * <p>While the artifact store is unavailable, methods throw {@link StoreUnavailableException}.
 */
public interface BlobStore {

    /** Opens a file for new bytes; the caller closes it. */
    Incoming receive() throws IOException;

    /**
     * Stores finished bytes, in the caller's transaction if there is one. The bytes are durable already; their name
     * is durable when this method returns. The rest of the transaction has to create the reference that keeps them.
     *
     * @throws UncheckedIOException with its cause, such as a {@link StoreUnavailableException}
     */
    Blob register(Incoming incoming);

    /**
     * Stores all bytes of the stream and {@link #register}s them. Does not close the stream. Memory does not grow
     * with its length.
     */
    Blob put(InputStream bytes) throws IOException;

    /** Stores a copy of the file's bytes. */
    Blob put(Path file) throws IOException;

    /**
     * Keeps the blobs for one hour from now, even if all references to them are deleted meanwhile. A reader without
     * an open transaction may still need them. Runs in the caller's transaction, which ensures that the blobs have
     * a reference now.
     */
    void keepForAnHour(Collection<String> sha256s);

    /**
     * Opens the bytes from their beginning; the caller closes the stream. The stream throws
     * {@link AlteredBlobException} before the last byte if the bytes were altered.
     */
    InputStream open(String sha256) throws IOException;

    /**
     * Returns a resource that sends the blob to a client, whole or in ranges, directly from the store.
     *
     * @throws IOException if the store does not have the blob now
     */
    Resource download(String sha256) throws IOException;

    /**
     * Returns a local file with the bytes, verified. The caller must read it at once and must not write to it. The
     * file may be deleted when other bytes need the room. {@link #local(String, Path)} keeps it for longer.
     *
     * @throws AlteredBlobException if the bytes differ from the bytes that were stored
     * @throws java.nio.file.NoSuchFileException if the store has lost the bytes
     */
    Path local(String sha256) throws IOException;

    /**
     * As {@link #local(String)}, but keeps the file as long as {@code folder} exists.
     *
     * @param folder the folder of the work that needs the file, in the data folder
     */
    Path local(String sha256, Path folder) throws IOException;
}
