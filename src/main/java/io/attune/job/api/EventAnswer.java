package io.attune.job.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.attune.job.event.JobEvent;
import io.swagger.v3.oas.annotations.media.Schema;
import tools.jackson.databind.JsonNode;

/** OpenAI's {@code fine_tuning.job.event}. */
@Schema(name = "FineTuningJobEvent")
record EventAnswer(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "fine_tuning.job.event")
        String object,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "ftevent-abc123")
        String id,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "Seconds since 1970.")
        @JsonProperty("created_at")
        long createdAt,

        @Schema(
                requiredMode = Schema.RequiredMode.REQUIRED,
                allowableValues = {"info", "warn", "error"})
        String level,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String message,
        @Schema(allowableValues = {"message", "metrics"}) String type,

        @Schema(types = "object", description = "Numbers of a step, or a sample's phase, prompt and completion.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        JsonNode data) {

    static EventAnswer of(JobEvent event) {
        return new EventAnswer(
                "fine_tuning.job.event",
                event.id(),
                event.createdAt().getEpochSecond(),
                event.level(),
                event.message(),
                event.type(),
                event.data());
    }
}
