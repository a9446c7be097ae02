package io.attune.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;

/** OpenAI's error object. An answer always has all four keys. */
@Schema(name = "ErrorResponse")
public record ErrorBody(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) Detail error) {

    /** The problem ({@code message}), the kind of error, the field at fault, and a code for programs. */
    @Schema(name = "Error")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Detail(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "What is wrong, and the way out.")
            String message,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "invalid_request_error")
            String type,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    types = {"string", "null"},
                    description = "The field that is at fault, if it is one.")
            String param,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    types = {"string", "null"},
                    example = "invalid_value")
            String code) {}

    static ErrorBody of(String message, String type, String param, String code) {
        return new ErrorBody(new Detail(message, type, param, code));
    }
}
