package io.attune.api;

/**
 * Names an endpoint whose work is too slow for one transaction: it calls {@link Repeats} itself, or changes nothing. Made as a bean beside the
 * endpoint.
 *
 * @param path pattern of its path, such as {@code /v1/uploads/{upload_id}/complete}
 * @param longestBody bytes of its JSON, where that may be longer than {@code attune.max-json-bytes}; 0 where not
 */
public record GuardedByItself(String path, int longestBody) {

    /** With bodies as long as those of other endpoints. */
    public GuardedByItself(String path) {
        this(path, 0);
    }
}
