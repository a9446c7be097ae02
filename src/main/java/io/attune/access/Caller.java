package io.attune.access;

import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * Who sent a request; endpoints take it as {@code @AuthenticationPrincipal Caller}.
 *
 * @param project the project whose things the key may see and make
 * @param key id of the key, {@code admin} for the admin key
 */
public record Caller(String project, String key) implements AuthenticatedPrincipal {

    /** The key's id: what the request's principal is called. */
    @Override
    public String getName() {
        return key;
    }
}
