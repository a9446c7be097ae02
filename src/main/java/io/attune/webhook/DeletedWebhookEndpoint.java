package io.attune.webhook;

import io.swagger.v3.oas.annotations.media.Schema;

/** OpenAI's answer to a deletion. */
@Schema(name = "DeletedWebhookEndpoint")
record DeletedWebhookEndpoint(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String id,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "webhook_endpoint.deleted")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) boolean deleted) {}
