package io.attune.job;

import io.attune.access.Caller;
import io.attune.api.Page;
import io.attune.api.PageQuery;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What happened to a job: its events, what its files were found to be, and the checkpoints it published. */
@RestController
@RequestMapping("/v1/fine_tuning/jobs/{fine_tuning_job_id}")
@Tag(name = "Fine-tuning")
class JobHistoryController {

    private static final int LONGEST_PAGE = 100;

    private final FineTuningJobs jobs;
    private final JobEvents events;
    private final PublishedCheckpoints checkpoints;
    private final ValidationReports reports;

    JobHistoryController(
            FineTuningJobs jobs, JobEvents events, PublishedCheckpoints checkpoints, ValidationReports reports) {
        this.jobs = jobs;
        this.events = events;
        this.checkpoints = checkpoints;
        this.reports = reports;
    }

    @GetMapping(path = "/events", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "listFineTuningEvents", summary = "What happened to a job, newest first")
    Page<EventAnswer> events(
            @AuthenticationPrincipal @Parameter(hidden = true) Caller caller,
            @PathVariable("fine_tuning_job_id") String id,
            @Parameter(description = "Id of the last event of the page before.") @RequestParam(required = false)
                    String after,
            @RequestParam(defaultValue = "20") int limit) {
        FineTuningJob job = jobs.require(caller.project(), id);
        PageQuery page = PageQuery.of(after, limit, LONGEST_PAGE);
        return Page.of(
                events.page(job.id(), page.after(), page.limit() + 1).stream()
                        .map(JobEvent::answer)
                        .toList(),
                page.limit());
    }

    @GetMapping(path = "/validation", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "retrieveFineTuningJobValidation",
            summary = "What a job's files were found to be: counts, lengths of rows, what is wrong with them")
    ValidationAnswer validation(
            @AuthenticationPrincipal @Parameter(hidden = true) Caller caller,
            @PathVariable("fine_tuning_job_id") String id) {
        FineTuningJob job = jobs.require(caller.project(), id);
        return reports.find(id)
                .map(report -> ValidationAnswer.of(job, report))
                .orElseGet(() -> ValidationAnswer.without(job));
    }

    @GetMapping(path = "/checkpoints", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "listFineTuningJobCheckpoints",
            summary = "Weights that a job published on its way, newest first")
    Page<CheckpointAnswer> checkpoints(
            @AuthenticationPrincipal @Parameter(hidden = true) Caller caller,
            @PathVariable("fine_tuning_job_id") String id,
            @Parameter(description = "Id of the last checkpoint of the page before.") @RequestParam(required = false)
                    String after,
            @RequestParam(defaultValue = "10") int limit) {
        FineTuningJob job = jobs.require(caller.project(), id);
        PageQuery page = PageQuery.of(after, limit, LONGEST_PAGE);
        return Page.of(
                checkpoints.page(job.id(), page.after(), page.limit() + 1).stream()
                        .map(PublishedCheckpoint::answer)
                        .toList(),
                page.limit(),
                CheckpointAnswer::id);
    }
}
