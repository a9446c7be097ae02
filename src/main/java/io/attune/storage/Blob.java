package io.attune.storage;

/**
 * Bytes in the artifact store.
 *
 * @param sha256 checksum of the bytes, 64 lower-case hexadecimal digits; also their name
 * @param size number of bytes
 */
public record Blob(String sha256, long size) {}
