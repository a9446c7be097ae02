package io.attune.http;

/**
 * Names an endpoint that works, sends or receives for long: only some of its calls go on at a time ({@link LongCalls}). Made as a bean beside the
 * endpoint.
 *
 * @param method of HTTP
 * @param path pattern of its path, such as {@code /v1/files/{file_id}/content}
 */
public record LongCall(String method, String path) {}
