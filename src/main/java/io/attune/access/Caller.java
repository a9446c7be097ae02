package io.attune.access;

import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * The sender of a request. Endpoints take it as {@code @AuthenticationPrincipal Caller}.
 *
 * @param project the project that the key may read and change
 * @param key id of the key, {@code admin} for the admin key
 */
public record Caller(String project, String key) implements AuthenticatedPrincipal {

    /** Returns the id of the key as the name of the principal. */
    @Override
    public String getName() {
        return key;
    }
}
