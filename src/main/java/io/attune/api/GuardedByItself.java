package io.attune.api;

/**
 * Names an endpoint that calls {@link Repeats} itself, as its work is too slow for one transaction. Made as a bean beside the endpoint.
 *
 * @param path pattern of its path, such as {@code /v1/uploads/{upload_id}/complete}
 */
public record GuardedByItself(String path) {}
