package io.attune.api;

/**
 * An endpoint that takes longer JSON than {@code attune.max-json-bytes}.
 *
 * @param path pattern of its path, such as {@code /v1/uploads/{upload_id}/complete}
 * @param most bytes
 */
public record LongBody(String path, int most) {}
