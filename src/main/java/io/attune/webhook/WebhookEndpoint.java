package io.attune.webhook;

import java.time.Instant;
import java.util.List;

/**
 * Somebody who wants to be told.
 *
 * @param disabledAt when it answered 410 Gone; null: it is told
 * @param waiting deliveries that are not over
 * @param lastTry how the last try ended; null before the first
 */
record WebhookEndpoint(
        String id,
        String name,
        String url,
        List<String> eventTypes,
        SigningSecret secret,
        Instant createdAt,
        Instant disabledAt,
        int waiting,
        LastTry lastTry) {

    /**
     * @param status null if there was no answer
     * @param error null if it was delivered
     */
    record LastTry(Instant at, Integer status, String error) {}
}
