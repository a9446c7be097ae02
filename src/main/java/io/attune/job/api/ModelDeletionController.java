package io.attune.job.api;

import io.attune.access.Caller;
import io.attune.api.idempotency.Idempotent;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * OpenAI's endpoint that deletes a model. It is here and not beside the list of models, because the deletion
 * changes rows of jobs.
 */
@RestController
@Tag(name = "Models")
class ModelDeletionController {

    private final ModelDeletion deletion;

    ModelDeletionController(ModelDeletion deletion) {
        this.deletion = deletion;
    }

    @Idempotent
    @DeleteMapping(path = "/v1/models/{*model}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "deleteModel",
            summary = "Delete a tuned model or a checkpoint",
            description =
                    "A tuned model goes with its published checkpoints and its artifact; the job, its events and its results stay."
                            + " A checkpoint's name deletes that checkpoint alone, once its job has ended. Base models are folders"
                            + " of the service and cannot be deleted here.")
    DeletedModel delete(
            @AuthenticationPrincipal Caller caller,
            @Parameter(description = "Its name, which may hold `/` and `:`, percent-encoded or not.") @PathVariable
                    String model)
            throws HttpRequestMethodNotSupportedException {
        if (model.isEmpty()) { // the pattern also matches the list of models
            throw new HttpRequestMethodNotSupportedException("DELETE", List.of("GET"));
        }
        String name = model.substring(1);
        deletion.delete(caller.project(), name);
        return new DeletedModel(name, "model", true);
    }
}
