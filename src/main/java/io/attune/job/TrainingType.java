package io.attune.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * What is trained: {@code lora} (PEFT's names and meaning) or {@code full}. With {@code full} everything else is null; {@code targetModules}
 * null stands for all linear modules.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "TrainingType")
public record TrainingType(
        @Schema(
                allowableValues = {"lora", "full"},
                defaultValue = "lora")
        String type,

        @Schema(description = "Rank of the adapter.", minimum = "1", maximum = "512", defaultValue = "16")
        Integer r,

        @Schema(
                description = "The adapter is scaled by lora_alpha / r.",
                minimum = "0",
                exclusiveMinimum = true,
                maximum = "100000",
                defaultValue = "32")
        @JsonProperty("lora_alpha")
        Double loraAlpha,

        @Schema(minimum = "0", maximum = "1", exclusiveMaximum = true, defaultValue = "0") @JsonProperty("lora_dropout")
        Double loraDropout,

        @Schema(
                description = "Names of modules, or the string `all-linear`.",
                types = {"array", "string"},
                pattern = "^all-linear$",
                example = "[\"q_proj\", \"v_proj\"]")
        @JsonProperty("target_modules")
        List<String> targetModules) {

    public boolean lora() {
        return type.equals("lora");
    }

    /** With every default filled in. */
    TrainingType resolve(List<String> allLinear) {
        if (!lora()) {
            return this;
        }
        return new TrainingType(
                type,
                r == null ? Integer.valueOf(16) : r,
                loraAlpha == null ? Double.valueOf(32) : loraAlpha,
                loraDropout == null ? Double.valueOf(0) : loraDropout,
                targetModules == null ? allLinear : targetModules);
    }
}
