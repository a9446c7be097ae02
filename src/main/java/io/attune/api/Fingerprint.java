package io.attune.api;

import io.attune.checksum.Digests;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * What makes two requests the same call: SHA-256 over method, path and query, and whatever else is added of it, such as its body. Every
 * addition is told apart from its neighbours, so that {@code "ab", "c"} is not {@code "a", "bc"}, nor {@code null} the empty string.
 */
public final class Fingerprint {

    private final MessageDigest digest = Digests.sha256();

    private Fingerprint() {}

    /** Of method, path and query; the body is for the caller to add. */
    public static Fingerprint of(HttpServletRequest request) {
        return of(request.getMethod()).and(request.getRequestURI()).and(request.getQueryString());
    }

    static Fingerprint of(String text) {
        return new Fingerprint().and(text);
    }

    /** Adds a text, or that there is none. */
    public Fingerprint and(String text) {
        return and(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds bytes, or that there are none. */
    public Fingerprint and(byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES)
                .putInt(bytes == null ? -1 : bytes.length)
                .array());
        if (bytes != null) {
            digest.update(bytes);
        }
        return this;
    }

    /** 32 bytes; the fingerprint is used up. */
    byte[] sha256() {
        return digest.digest();
    }
}
