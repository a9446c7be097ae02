package io.attune.webhook;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.api.ApiException;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** The body of {@code POST /v1/webhook_endpoints}. */
@Schema(name = "CreateWebhookEndpointRequest")
record CreateWebhookEndpoint(
        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                maxLength = 2048,
                description = "Where events are posted to. https keeps them from the eyes of others; http is allowed.",
                example = "https://example.com/attune")
        String url,

        @ArraySchema(
                minItems = 1,
                arraySchema = @Schema(description = "Which events are sent; all of them where absent."),
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
                maxLength = 256,
                description = "For people; the URL's host where absent.",
                types = {"string", "null"})
        String name) {

    private static final int LONGEST_NAME = 256;

    /** @throws ApiException 400 if the URL is not valid; does not check the address of its host */
    WebhookUrl checkedUrl() {
        if (url == null) {
            throw ApiException.missingParameter("url");
        }
        return WebhookUrl.parse(url);
    }

    List<String> checkedEventTypes() {
        if (eventTypes == null) {
            return EventType.ALL;
        }
        if (eventTypes.isEmpty()) {
            throw ApiException.invalidValue(
                    "event_types", "'event_types' must name at least one event; leave it out for all.");
        }
        for (String type : eventTypes) {
            if (!EventType.ALL.contains(type)) {
                throw ApiException.unsupported(
                        "event_type",
                        "event_types",
                        "The event '" + type + "' is not sent here; there are " + String.join(", ", EventType.ALL)
                                + ".");
            }
        }
        return eventTypes.stream().distinct().toList();
    }

    String checkedName() {
        if (name == null) {
            return checkedUrl().host();
        }
        if (name.codePointCount(0, name.length()) > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw ApiException.invalidValue("name", "'name' must have at most " + LONGEST_NAME + " characters.");
        }
        return name;
    }
}
