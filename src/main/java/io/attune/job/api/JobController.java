package io.attune.job.api;

import io.attune.access.Caller;
import io.attune.api.LongBody;
import io.attune.api.Page;
import io.attune.api.PageQuery;
import io.attune.api.idempotency.Idempotent;
import io.attune.job.FineTuningJob;
import io.attune.job.FineTuningJobs;
import io.attune.job.queue.JobControl;
import io.attune.job.queue.JobCreation;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.Explode;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.enums.ParameterStyle;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's endpoints for fine-tuning jobs. {@link JobHistoryController} has the endpoints for events, checkpoints
 * and validation reports.
 */
@RestController
@RequestMapping(path = "/v1/fine_tuning/jobs", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Fine-tuning")
class JobController {

    private static final int LONGEST_PAGE = 100;

    private final CreateJobReader reader;
    private final JobCreation creation;
    private final JobControl control;
    private final FineTuningJobs jobs;
    private final JobList list;
    private final JobAnswers answers;

    JobController(
            CreateJobReader reader,
            JobCreation creation,
            JobControl control,
            FineTuningJobs jobs,
            JobList list,
            JobAnswers answers) {
        this.reader = reader;
        this.creation = creation;
        this.control = control;
        this.jobs = jobs;
        this.list = list;
        this.answers = answers;
    }

    @Idempotent
    @LongBody(bytes = ChatTemplateKwargs.LONGEST_BODY)
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "createFineTuningJob", summary = "Start a fine-tuning job")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = CreateJobRequest.class)))
    JobAnswer create(@AuthenticationPrincipal @Parameter(hidden = true) Caller caller, @RequestBody JsonNode body) {
        String id = creation.create(caller.project(), reader.read(body));
        return answers.of(jobs.require(caller.project(), id));
    }

    @GetMapping
    @Operation(
            operationId = "listPaginatedFineTuningJobs",
            summary = "List jobs, newest first",
            parameters =
                    @Parameter(
                            in = ParameterIn.QUERY,
                            name = "metadata",
                            style = ParameterStyle.DEEPOBJECT,
                            explode = Explode.TRUE,
                            description =
                                    "metadata[key]=value: only jobs with it; metadata=null: only jobs without any.",
                            schema =
                                    @Schema(
                                            types = {"object", "null"},
                                            additionalPropertiesSchema = String.class)))
    Page<JobAnswer> list(
            @AuthenticationPrincipal @Parameter(hidden = true) Caller caller,
            @Parameter(description = "Id of the last job of the page before.") @RequestParam(required = false)
                    String after,
            @Parameter(schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "20"))
                    @RequestParam(defaultValue = "20")
                    int limit,
            @Parameter(hidden = true, name = "metadata") @RequestParam Map<String, String> query) {
        PageQuery page = PageQuery.of(after, limit, LONGEST_PAGE);
        List<FineTuningJob> found = list.page(caller.project(), page, MetadataFilter.of(query));
        return Page.of(answers.of(found), page.limit(), JobAnswer::id);
    }

    @GetMapping("/{fine_tuning_job_id}")
    @Operation(operationId = "retrieveFineTuningJob", summary = "One job")
    JobAnswer retrieve(
            @AuthenticationPrincipal @Parameter(hidden = true) Caller caller,
            @PathVariable("fine_tuning_job_id") String id) {
        return answers.of(jobs.require(caller.project(), id));
    }

    @Idempotent
    @PostMapping("/{fine_tuning_job_id}/cancel")
    @Operation(
            operationId = "cancelFineTuningJob",
            summary = "Cancel a job: at once where it waits, else its worker stops it")
    JobAnswer cancel(
            @AuthenticationPrincipal @Parameter(hidden = true) Caller caller,
            @PathVariable("fine_tuning_job_id") String id) {
        control.cancel(caller.project(), id);
        return answers.of(jobs.require(caller.project(), id));
    }

    @Idempotent
    @PostMapping("/{fine_tuning_job_id}/pause")
    @Operation(
            operationId = "pauseFineTuningJob",
            summary = "Pause a job: it keeps what it has learned, and its slot is free once its worker has stopped it")
    JobAnswer pause(
            @AuthenticationPrincipal @Parameter(hidden = true) Caller caller,
            @PathVariable("fine_tuning_job_id") String id) {
        control.pause(caller.project(), id);
        return answers.of(jobs.require(caller.project(), id));
    }

    @Idempotent
    @PostMapping("/{fine_tuning_job_id}/resume")
    @Operation(operationId = "resumeFineTuningJob", summary = "Let a paused job go on from where it was")
    JobAnswer resume(
            @AuthenticationPrincipal @Parameter(hidden = true) Caller caller,
            @PathVariable("fine_tuning_job_id") String id) {
        control.resume(caller.project(), id);
        return answers.of(jobs.require(caller.project(), id));
    }
}
