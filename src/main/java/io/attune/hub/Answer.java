package io.attune.hub;

import java.net.URI;
import java.net.http.HttpHeaders;

/**
 * An answer of a server, after all redirects.
 *
 * @param address the address that gave the answer
 */
record Answer(URI address, int status, HttpHeaders headers, Body body) implements AutoCloseable {

    /** The header's value, or an empty text. */
    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    @Override
    public void close() {
        body.close();
    }
}
