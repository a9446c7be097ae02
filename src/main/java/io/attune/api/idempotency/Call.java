package io.attune.api.idempotency;

import io.attune.api.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Collections;
import java.util.List;

/**
 * The parts of a changing request that show whether it repeats an earlier request.
 *
 * @param caller the id of the API key
 * @param fingerprint 32 bytes that equal requests have in common
 * @param idempotencyKey the client's own name for the call, or null
 * @param retryCount the number of earlier tries that the client states; 0 for a first try, or if the client states no
 *     number
 */
record Call(String caller, byte[] fingerprint, String idempotencyKey, int retryCount) {

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final int LONGEST_KEY = 255;

    /** OpenAI's clients send this header. */
    private static final String RETRY_COUNT = "X-Stainless-Retry-Count";

    /** @throws ApiException if the idempotency key is malformed */
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

    /** Reads a malformed count as 0, so that the request counts as a first try. */
    private static int retryCount(HttpServletRequest request) {
        String count = request.getHeader(RETRY_COUNT);
        return count != null && count.matches("[0-9]{1,9}") ? Integer.parseInt(count) : 0;
    }
}
