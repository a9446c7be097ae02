package io.attune.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Stores bytes under their checksum. {@code toString} gives the location in the form of the setting. A store knows
 * nothing of database rows: {@link BlobStore} keeps and deletes bytes under the blob's lock.
 *
 * <p>Methods throw {@link StoreUnavailableException} while the store is unavailable,
 * {@link java.nio.file.NoSuchFileException} if it does not have the bytes, and {@link AlteredBlobException} if the
 * bytes do not have the checksum.
 */
interface ArtifactStore {

    /** The local folder for bytes before they are in the store. */
    Path incoming();

    /**
     * Does the slow part of keeping the bytes of a local file, outside any transaction. The bytes are not visible
     * yet.
     */
    void prepare(Blob blob, Path file) throws IOException;

    /** Ensures that the bytes of a prepared file are in the store, whole and durable. May move the file away. */
    void keep(Blob blob, Path file) throws IOException;

    /**
     * Opens the bytes from {@code offset} on; the caller closes the stream. Bytes read from the beginning to the
     * end are verified.
     */
    InputStream open(String sha256, long offset) throws IOException;

    /** Returns the number of stored bytes. */
    long size(String sha256) throws IOException;

    /** Returns a local file with the bytes, verified. */
    Path local(String sha256) throws IOException;

    /** Deletes the bytes, if they are in the store. */
    void delete(String sha256) throws IOException;

    /** Returns the checksums of all bytes that any service stored before a time. */
    List<String> keptBefore(Instant time) throws IOException;

    /** Returns the id that {@link #mark} wrote. It shows to which database the store belongs. */
    Optional<String> marker() throws IOException;

    /** Writes the id, durably. */
    void mark(String id) throws IOException;

    /** Deletes incomplete bytes that were begun before a time. */
    void sweepUnfinished(Instant before) throws IOException;
}
