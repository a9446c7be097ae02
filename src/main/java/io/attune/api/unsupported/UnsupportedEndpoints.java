package io.attune.api.unsupported;

import io.attune.api.ApiException;
import io.attune.api.idempotency.ReadOnly;
import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Refuses the endpoints of OpenAI's API that Attune does not have. It refuses them by name, so that the user does not
 * look for a mistake in the path.
 */
@RestController
@Hidden
class UnsupportedEndpoints {

    @ReadOnly
    @PostMapping("/v1/chat/completions")
    void chat() {
        throw ApiException.unsupported(
                "chat_completions", null, "Models are not served here yet; './attune chat MODEL' talks to one.");
    }

    @ReadOnly
    @PostMapping("/v1/completions")
    void completions() {
        throw ApiException.unsupported(
                "completions", null, "Models are not served here yet; './attune chat MODEL' talks to one.");
    }

    @ReadOnly
    @PostMapping({"/v1/fine_tuning/alpha/graders/run", "/v1/fine_tuning/alpha/graders/validate"})
    void graders() {
        throw ApiException.unsupported(
                "graders", null, "Graders belong to reinforcement fine-tuning, which is not built here.");
    }

    /** Includes all longer paths, because the name of a checkpoint may contain slashes. */
    @ReadOnly
    @RequestMapping("/v1/fine_tuning/checkpoints/{*permissions}")
    void checkpointPermissions() {
        throw ApiException.unsupported(
                "checkpoint_permissions",
                null,
                "A checkpoint cannot be shared with other projects here."
                        + " It is a model that every key of its project may use.");
    }
}
