package io.attune.hub;

import java.net.URI;
import java.net.http.HttpHeaders;

/**
 * What a server answered after all redirects.
 *
 * @param address who answered
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
