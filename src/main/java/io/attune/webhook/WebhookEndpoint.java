package io.attune.webhook;

import java.time.Instant;
import java.util.List;

/**
 * A URL that receives events.
 *
 * @param disabledAt when the endpoint answered 410 Gone; null if it is enabled
 * @param waiting number of deliveries that have not ended
 * @param lastTry outcome of the last try; null before the first
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
     * @param error null if the event was delivered
     */
    record LastTry(Instant at, Integer status, String error) {}
}
