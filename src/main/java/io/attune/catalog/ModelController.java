package io.attune.catalog;

import io.attune.access.Caller;
import io.attune.api.ApiException;
import io.attune.http.LongCall;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The Models endpoints of OpenAI's API. */
@RestController
@RequestMapping(path = "/v1/models", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Models", description = "What can be tuned, and what was.")
class ModelController {

    /** The list of models. It has no pages in OpenAI's API. */
    @Schema(name = "ListModelsResponse")
    record ModelList(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, allowableValues = "list")
            String object,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED)
            List<ModelAnswer> data) {}

    private final Models models;

    ModelController(Models models) {
        this.models = models;
    }

    /** The list has no pages, and a project may have thousands of tuned models. */
    @LongCall
    @GetMapping
    @Operation(
            operationId = "listModels",
            summary = "Base models and tuned models",
            description = "Published checkpoints are models too, but are listed with their job.")
    ModelList list(@AuthenticationPrincipal Caller caller) {
        return new ModelList("list", models.list(caller.project()));
    }

    /** Finds a model by its name. A name may hold {@code /}, so the name is the whole rest of the path. */
    @GetMapping("/{*model}")
    @Operation(operationId = "retrieveModel", summary = "A base model, a tuned model or a published checkpoint")
    ModelAnswer retrieve(
            @AuthenticationPrincipal Caller caller,
            @Parameter(description = "Its name, which may hold `/` and `:`, percent-encoded or not.") @PathVariable
                    String model) {
        String name = model.substring(1);
        return models.find(caller.project(), name).orElseThrow(() -> ApiException.modelNotFound(name));
    }
}
