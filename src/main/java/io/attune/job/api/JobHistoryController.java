package io.attune.job.api;

import io.attune.access.Caller;
import io.attune.api.ApiException;
import io.attune.api.Page;
import io.attune.api.PageQuery;
import io.attune.job.FineTuningJob;
import io.attune.job.FineTuningJobs;
import io.attune.job.PublishedCheckpoints;
import io.attune.job.ValidationReports;
import io.attune.job.event.JobEvent;
import io.attune.job.event.JobEvents;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The history of a job: its events, its validation report, and its published checkpoints. */
@RestController
@RequestMapping("/v1/fine_tuning/jobs/{fine_tuning_job_id}")
@Tag(name = "Fine-tuning")
class JobHistoryController {

    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final int LONGEST_PAGE = 1000;

    private final FineTuningJobs jobs;
    private final JobEvents events;
    private final EventStreams streams;
    private final PublishedCheckpoints checkpoints;
    private final ValidationReports reports;

    JobHistoryController(
            FineTuningJobs jobs,
            JobEvents events,
            EventStreams streams,
            PublishedCheckpoints checkpoints,
            ValidationReports reports) {
        this.jobs = jobs;
        this.events = events;
        this.streams = streams;
        this.checkpoints = checkpoints;
        this.reports = reports;
    }

    @GetMapping(
            path = "/events",
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_EVENT_STREAM_VALUE})
    @Operation(
            operationId = "listFineTuningEvents",
            summary = "What happened to a job, newest first, or as it happens",
            description =
                    "With `Accept: text/event-stream`, or `stream=true`, the answer is a stream of server-sent events: the"
                            + " oldest first, then each as it happens, `id:` the event's id and `data:` the event as in the list. It begins"
                            + " at the beginning or behind the event of `Last-Event-ID` or `after`, and ends with `data: [DONE]` when the"
                            + " job has ended. What goes wrong in the middle comes as `data: {\"error\": {...}}`.")
    @ApiResponse(
            responseCode = "200",
            useReturnTypeSchema = true,
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON_VALUE),
                @Content(mediaType = MediaType.TEXT_EVENT_STREAM_VALUE, schema = @Schema(type = "string"))
            })
    ResponseEntity<Page<EventAnswer>> events(
            @AuthenticationPrincipal @Parameter(hidden = true) Caller caller,
            @PathVariable("fine_tuning_job_id") String id,
            @Parameter(
                            description =
                                    "Id of the last event of the page before; in a stream, of the event to begin behind.")
                    @RequestParam(required = false)
                    String after,
            @Parameter(
                            description = "Has no meaning in a stream.",
                            schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "20"))
                    @RequestParam(defaultValue = "20")
                    int limit,
            @Parameter(description = "Whether to stream, whatever `Accept` says.") @RequestParam(required = false)
                    Boolean stream,
            @Parameter(description = "Id of the last event that was read of an earlier stream.")
                    @RequestHeader(name = LAST_EVENT_ID, required = false)
                    String lastEventId,
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.ACCEPT, required = false) String accept,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        FineTuningJob job = jobs.require(caller.project(), id);
        PageQuery page = PageQuery.of(after, limit, LONGEST_PAGE);
        Long seq = page.after() == null ? null : seq(job, "after", page.after());
        if (stream == null ? wantsStream(accept) : stream) {
            Long read = lastEventId == null || lastEventId.isEmpty() ? seq : seq(job, LAST_EVENT_ID, lastEventId);
            streams.open(job.id(), read == null ? 0 : read, request, response);
            return null; // the stream writes the answer
        }
        List<JobEvent> found = events.before(job.id(), seq == null ? Long.MAX_VALUE : seq, page.limit() + 1);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON) // for every Accept header
                .body(Page.of(found.stream().map(EventAnswer::of).toList(), page.limit(), EventAnswer::id));
    }

    private Long seq(FineTuningJob job, String param, String event) {
        return events.seqOf(job.id(), event)
                .orElseThrow(() -> ApiException.invalidValue(
                        param, "'" + param + "': the job " + job.id() + " has no event " + event + "."));
    }

    /** Whether {@code Accept} names an event stream and does not name JSON. */
    private static boolean wantsStream(String accept) {
        List<MediaType> types = MediaType.parseMediaTypes(accept);
        return types.stream().anyMatch(MediaType.TEXT_EVENT_STREAM::equalsTypeAndSubtype)
                && types.stream().noneMatch(MediaType.APPLICATION_JSON::equalsTypeAndSubtype);
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
            @Parameter(schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "10"))
                    @RequestParam(defaultValue = "10")
                    int limit) {
        FineTuningJob job = jobs.require(caller.project(), id);
        PageQuery page = PageQuery.of(after, limit, LONGEST_PAGE);
        int step = page.after() == null
                ? Integer.MAX_VALUE
                : checkpoints
                        .stepOf(job.id(), page.after())
                        .orElseThrow(() -> ApiException.invalidValue(
                                "after", "'after': the job " + id + " has no checkpoint " + page.after() + "."));
        return Page.of(
                checkpoints.before(job.id(), step, page.limit() + 1).stream()
                        .map(CheckpointAnswer::of)
                        .toList(),
                page.limit(),
                CheckpointAnswer::id);
    }
}
