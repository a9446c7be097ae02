package io.attune.api;

/**
 * Names an endpoint whose work is too slow for one transaction: it calls {@link Repeats} itself, or changes nothing. Made as a bean beside the
 * endpoint.
 *
 * @param path pattern of its path, such as {@code /v1/uploads/{upload_id}/complete}
 */
public record GuardedByItself(String path) {}
