package io.attune.storage;

/**
 * Bytes in the artifact store.
 *
 * @param sha256 their checksum, 64 lower-case hexadecimal digits: their name
 * @param size their number
 */
public record Blob(String sha256, long size) {}
