package io.attune.job.api;

import io.attune.access.Caller;
import io.attune.api.ApiException;
import io.attune.catalog.TunedModelName;
import io.attune.job.FineTuningJobs;
import io.attune.job.PublishedCheckpoint;
import io.attune.job.PublishedCheckpoints;
import io.attune.storage.BlobStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Sends the weights of a published checkpoint, also while its job runs. OpenAI has no such endpoint. */
@RestController
@Tag(name = "Fine-tuning")
class CheckpointContentController {

    private final FineTuningJobs jobs;
    private final PublishedCheckpoints checkpoints;
    private final BlobStore blobs;

    CheckpointContentController(FineTuningJobs jobs, PublishedCheckpoints checkpoints, BlobStore blobs) {
        this.jobs = jobs;
        this.checkpoints = checkpoints;
        this.blobs = blobs;
    }

    @GetMapping("/v1/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints/{checkpoint_id}/content")
    @Operation(
            operationId = "downloadFineTuningJobCheckpoint",
            summary = "The weights of a checkpoint",
            description = "A zip like that of the tuned model: an adapter, or full weights.")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                            schema = @Schema(type = "string", format = "binary")))
    ResponseEntity<Resource> content(
            @AuthenticationPrincipal Caller caller,
            @PathVariable("fine_tuning_job_id") String job,
            @PathVariable("checkpoint_id") String id)
            throws IOException {
        PublishedCheckpoint checkpoint = checkpoints
                .findByIdAndJob(id, jobs.require(caller.project(), job).id())
                .orElseThrow(() -> ApiException.notFound("The job " + job + " has no checkpoint " + id + "."));
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM) // for every Accept header, as for files
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(TunedModelName.zipFile(checkpoint.model()))
                                .build()
                                .toString())
                .body(blobs.download(checkpoint.artifact()));
    }
}
