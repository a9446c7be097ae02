package io.attune.api.idempotency;

import io.attune.checksum.Digests;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The SHA-256 of the method, path and query of a request, and of further parts, such as its body. Equal calls have
 * equal fingerprints. The length of each part precedes it. So {@code "ab", "c"} differs from {@code "a", "bc"}, and
 * {@code null} differs from the empty string.
 */
public final class Fingerprint {

    private final MessageDigest digest = Digests.sha256();

    private Fingerprint() {}

    /** Starts with method, path and query. The caller adds the body. */
    public static Fingerprint of(HttpServletRequest request) {
        return of(request.getMethod()).and(request.getRequestURI()).and(request.getQueryString());
    }

    static Fingerprint of(String text) {
        return new Fingerprint().and(text);
    }

    /** Adds a text, or null. */
    public Fingerprint and(String text) {
        return and(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds bytes, or null. */
    public Fingerprint and(byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES)
                .putInt(bytes == null ? -1 : bytes.length)
                .array());
        if (bytes != null) {
            digest.update(bytes);
        }
        return this;
    }

    /** Returns 32 bytes. Call this method once. */
    byte[] sha256() {
        return digest.digest();
    }
}
