package io.attune.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import org.springframework.core.io.Resource;

/**
 * Bytes by checksum, in the artifact store. Bytes are whole and durable before anybody can find them. Unreferenced blobs are kept for one hour,
 * and a replaced state of a training for two minutes: the caller refers to a blob within that time.
 *
 * <p>While the artifact store is away, methods throw {@link StoreUnavailableException}.
 */
public interface BlobStore {

    /** A place for bytes that are to come; the caller closes it. */
    Incoming receive() throws IOException;

    /**
     * Takes finished bytes over, in the caller's transaction if there is one. The bytes are durable before, and their name is as soon as this returns.
     * The rest of the transaction has to make the reference that keeps them.
     *
     * @throws java.io.UncheckedIOException of a {@link StoreUnavailableException}, for example
     */
    Blob register(Incoming incoming);

    /** Keeps all bytes of the stream, which is not closed. Memory does not grow with its length. {@link #register}s them. */
    Blob put(InputStream bytes) throws IOException;

    /** Keeps a copy of the file's bytes. */
    Blob put(Path file) throws IOException;

    /**
     * Keeps blobs for one hour from now, even if nothing refers to them any more. A reader without an open transaction may still need them. Runs in
     * the caller's transaction, which has made sure that something refers to them now.
     */
    void keepForAnHour(Collection<String> sha256s);

    /**
     * The bytes from their beginning; the caller closes the stream. A reader that comes to the end has read what was put: the stream throws
     * {@link AlteredBlobException} before the last of altered bytes.
     */
    InputStream open(String sha256) throws IOException;

    /** To be sent to a client, whole or in ranges, as it is read from the store. @throws IOException if the store does not have it now */
    Resource download(String sha256) throws IOException;

    /**
     * A local file that holds the bytes, verified: to be read at once, never written. The file may go when other bytes are wanted here;
     * {@link #local(String, Path)} gives one that stays.
     *
     * @throws AlteredBlobException when they are not what was put
     * @throws java.nio.file.NoSuchFileException when the store has lost them
     */
    Path local(String sha256) throws IOException;

    /**
     * As {@link #local(String)}; the file stays as long as {@code folder} does.
     *
     * @param folder of the work that needs it, in the data folder
     */
    Path local(String sha256, Path folder) throws IOException;
}
