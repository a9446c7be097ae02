package io.attune.webhook;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The body of a webhook, in OpenAI's format.
 *
 * @param createdAt when the job ended, Unix time in seconds
 */
record WebhookEvent(
        String id,
        String object,
        String type,
        @JsonProperty("created_at") long createdAt,
        Data data) {

    /** @param id id of the job */
    record Data(String id) {}

    static WebhookEvent of(String id, EventType type, long createdAt, String job) {
        return new WebhookEvent(id, "event", type.text(), createdAt, new Data(job));
    }
}
