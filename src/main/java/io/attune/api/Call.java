package io.attune.api;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Collections;
import java.util.List;

/**
 * A request that changes something, as far as it matters for telling whether it repeats another.
 *
 * @param caller who sends it: the id of the API key
 * @param fingerprint 32 bytes that equal requests have in common
 * @param idempotencyKey what the client names the call itself, or null
 * @param retryCount how often the client says it has sent the call before: 0 for a first time and for clients that say nothing
 */
record Call(String caller, byte[] fingerprint, String idempotencyKey, int retryCount) {

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final int LONGEST_KEY = 255;

    /** Sent by OpenAI's clients. */
    private static final String RETRY_COUNT = "X-Stainless-Retry-Count";

    /** @throws ApiException when the idempotency key cannot be one */
    static Call of(HttpServletRequest request, Fingerprint fingerprint) {
        Principal caller = request.getUserPrincipal();
        if (caller == null) {
            throw new IllegalStateException("a call without a caller: " + request.getRequestURI());
        }
        return new Call(caller.getName(), fingerprint.sha256(), idempotencyKey(request), retryCount(request));
    }

    private static String idempotencyKey(HttpServletRequest request) {
        List<String> keys = Collections.list(request.getHeaders(IDEMPOTENCY_KEY));
        if (keys.isEmpty()) {
            return null;
        }
        String key = keys.get(0);
        if (keys.size() > 1
                || key.isBlank()
                || key.length() > LONGEST_KEY
                || key.chars().anyMatch(Character::isISOControl)) {
            throw ApiException.invalidValue(
                    IDEMPOTENCY_KEY,
                    "The header '" + IDEMPOTENCY_KEY + "' must hold one key of 1 to " + LONGEST_KEY
                            + " printable characters.");
        }
        return key;
    }

    /** What is no count is none: such a request acts like any other. */
    private static int retryCount(HttpServletRequest request) {
        String count = request.getHeader(RETRY_COUNT);
        return count != null && count.matches("[0-9]{1,9}") ? Integer.parseInt(count) : 0;
    }
}
