package io.attune.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where bytes lie under their checksum. Its text is where it lies, as a setting names it. It knows nothing of rows: {@link BlobStore} keeps and deletes under the blob's lock.
 *
 * <p>Methods throw {@link StoreUnavailableException} while the store is away, {@link java.nio.file.NoSuchFileException} when it does not have
 * the bytes, and {@link AlteredBlobException} when they are not those of the checksum.
 */
interface ArtifactStore {

    /** The local folder for bytes on their way into the store. */
    Path incoming();

    /** Does, outside of any transaction, what takes long about keeping the bytes of a local file. Nobody can see them yet. */
    void prepare(Blob blob, Path file) throws IOException;

    /** Sees to it that the bytes of a prepared file are there, whole and durable. The file may be gone afterwards. */
    void keep(Blob blob, Path file) throws IOException;

    /** The bytes from {@code offset} on; the caller closes the stream. Read from the beginning to the end, they are verified. */
    InputStream open(String sha256, long offset) throws IOException;

    /** The number of bytes that are there. */
    long size(String sha256) throws IOException;

    /** A local file with the bytes, which are verified. */
    Path local(String sha256) throws IOException;

    /** Whether or not there is anything to delete. */
    void delete(String sha256) throws IOException;

    /** The names of all bytes that were put there before a time, whoever put them. */
    List<String> keptBefore(Instant time) throws IOException;

    /** The id that was written by {@link #mark}: whose store this is. */
    Optional<String> marker() throws IOException;

    /** Writes the id; it is durable then. */
    void mark(String id) throws IOException;

    /** Deletes what never became whole and was begun before a time. */
    void sweepUnfinished(Instant before) throws IOException;
}
