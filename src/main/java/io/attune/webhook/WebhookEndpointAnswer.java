package io.attune.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** OpenAI's webhook endpoint object, and the state of its deliveries. */
@Schema(name = "WebhookEndpoint", description = "Whom to tell when a job has ended.")
@JsonInclude(JsonInclude.Include.NON_NULL)
record WebhookEndpointAnswer(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "whe_abc123")
        String id,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "webhook_endpoint")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Unix time in seconds.")
        @JsonProperty("created_at")
        long createdAt,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String name,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String url,

        @ArraySchema(
                arraySchema = @Schema(requiredMode = Schema.RequiredMode.REQUIRED),
                schema =
                        @Schema(
                                allowableValues = {
                                    "fine_tuning.job.succeeded",
                                    "fine_tuning.job.failed",
                                    "fine_tuning.job.cancelled"
                                }))
        @JsonProperty("event_types")
        List<String> eventTypes,

        @Schema(
                description = "What deliveries are signed with. In the answer to the endpoint's creation alone: it is"
                        + " never shown again.",
                example = "whsec_...")
        @JsonProperty("signing_secret")
        String signingSecret,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Enough to tell secrets apart.")
        @JsonProperty("signing_secret_hint")
        String signingSecretHint,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                allowableValues = {"enabled", "disabled"},
                description = "Disabled: it answered 410 Gone, and gets nothing more.")
        String status,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "Events that have not reached it yet and will be tried again.")
        @JsonProperty("pending_deliveries")
        int pendingDeliveries,

        @Schema(description = "The newest try to deliver; missing before the first.") @JsonProperty("last_delivery")
        LastDelivery lastDelivery) {

    @Schema(name = "WebhookEndpointLastDelivery")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LastDelivery(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Unix time in seconds.")
            @JsonProperty("attempted_at")
            long attemptedAt,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            boolean delivered,

            @Schema(description = "The HTTP status that the endpoint answered; missing if it did not answer.")
            @JsonProperty("status_code")
            Integer statusCode,

            @Schema(description = "Why it was not delivered.")
            String error) {}

    static WebhookEndpointAnswer of(WebhookEndpoint endpoint) {
        return of(endpoint, null);
    }

    /** Returns the answer with the secret, for the caller that created the endpoint. */
    static WebhookEndpointAnswer withSecret(WebhookEndpoint endpoint) {
        return of(endpoint, endpoint.secret().text());
    }

    private static WebhookEndpointAnswer of(WebhookEndpoint endpoint, String secret) {
        WebhookEndpoint.LastTry last = endpoint.lastTry();
        return new WebhookEndpointAnswer(
                endpoint.id(),
                "webhook_endpoint",
                endpoint.createdAt().getEpochSecond(),
                endpoint.name(),
                endpoint.url(),
                endpoint.eventTypes(),
                secret,
                endpoint.secret().hint(),
                endpoint.disabledAt() == null ? "enabled" : "disabled",
                endpoint.waiting(),
                last == null
                        ? null
                        : new LastDelivery(
                                last.at().getEpochSecond(), last.error() == null, last.status(), last.error()));
    }
}
