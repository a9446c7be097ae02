package io.attune.preview;

import io.attune.access.Caller;
import io.attune.api.LongBody;
import io.attune.api.idempotency.ReadOnly;
import io.attune.job.api.ChatTemplateKwargs;
import io.attune.job.api.PreviewReader;
import io.attune.job.api.PreviewRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Shows what a job would train on. */
@RestController
@Tag(name = "Fine-tuning")
public class PreviewController {

    private final PreviewReader reader;
    private final Previews previews;

    PreviewController(PreviewReader reader, Previews previews) {
        this.reader = reader;
        this.previews = previews;
    }

    @ReadOnly
    @LongBody(bytes = ChatTemplateKwargs.LONGEST_BODY)
    @PostMapping(
            path = "/v1/fine_tuning/preview",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "createFineTuningPreview",
            summary = "What rows of a file become: their text with what is learned marked, and their tokens",
            description =
                    "A process of its own reads the rows, as validation and training read them. When as many are at work as"
                            + " may be, the answer is 429 `previews_busy`, with `Retry-After`.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = CreatePreview.class)))
    PreviewAnswer create(@AuthenticationPrincipal @Parameter(hidden = true) Caller caller, @RequestBody JsonNode body) {
        PreviewRequest asked = reader.read(caller.project(), body);
        return PreviewAnswer.of(asked, previews.of(asked));
    }
}
