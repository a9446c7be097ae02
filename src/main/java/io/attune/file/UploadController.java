package io.attune.file;

import io.attune.access.Caller;
import io.attune.api.LongBody;
import io.attune.api.idempotency.Fingerprint;
import io.attune.api.idempotency.Idempotency;
import io.attune.api.idempotency.Idempotent;
import io.attune.http.LongCall;
import io.attune.storage.BlobStore;
import io.attune.storage.Incoming;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** OpenAI's Uploads endpoints. */
@RestController
@RequestMapping(path = "/v1/uploads", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Uploads", description = "Large files, in parts.")
class UploadController {

    private static final String DATA = "data";

    /** In bytes: room for the ids of about 25,000 parts. */
    private static final int LONGEST_COMPLETION = 1 << 20;

    private final UploadService uploads;
    private final BlobStore blobs;
    private final ProjectQuota quota;
    private final Idempotency idempotency;

    UploadController(UploadService uploads, BlobStore blobs, ProjectQuota quota, Idempotency idempotency) {
        this.uploads = uploads;
        this.quota = quota;
        this.blobs = blobs;
        this.idempotency = idempotency;
    }

    @Idempotent
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "createUpload",
            summary = "Announce a file that comes in parts",
            description = "The upload waits for its parts for an hour.")
    UploadAnswer create(@AuthenticationPrincipal Caller caller, @RequestBody CreateUploadRequest request) {
        quota.requireRoom(caller.project(), request.bytes());
        return uploads.create(caller.project(), request);
    }

    @Idempotent(ownTransaction = true)
    @LongCall
    @PostMapping(path = "/{upload_id}/parts", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(
            operationId = "addUploadPart",
            summary = "Add a part",
            description =
                    "Parts may come in any order and at the same time; their order is settled by completing the upload.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                            schema = @Schema(implementation = AddUploadPartRequest.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = UploadPartAnswer.class)))
    ResponseEntity<byte[]> addPart(
            @AuthenticationPrincipal Caller caller,
            @PathVariable("upload_id") String id,
            @Parameter(hidden = true) HttpServletRequest request)
            throws IOException {
        uploads.requireExists(caller.project(), id);
        try (ProjectQuota.Reservation room = quota.reserve(caller.project(), request.getContentLengthLong());
                MultipartForm<Incoming> form =
                        MultipartForm.read(request, DATA, Set.of(), uploads.partLimit(DATA), this::receive)) {
            Incoming data = form.content();
            return idempotency.once(
                    request,
                    Fingerprint.of(request).and(data.blob().sha256()),
                    () -> addPart(caller.project(), id, data));
        }
    }

    private UploadPartAnswer addPart(String project, String upload, Incoming data) {
        quota.requireRoom(project, data.blob().size());
        return uploads.addPart(project, upload, data);
    }

    private Incoming receive(InputStream bytes) throws IOException {
        Incoming data = blobs.receive();
        try {
            data.keeping(bytes).transferTo(OutputStream.nullOutputStream());
            data.finish();
            return data;
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    @Idempotent(ownTransaction = true)
    @LongBody(bytes = LONGEST_COMPLETION)
    @LongCall
    @PostMapping(path = "/{upload_id}/complete", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "completeUpload",
            summary = "Make a file of the parts",
            description =
                    "The parts are put together in the order given and checked as a file that is uploaded at once. What is refused"
                            + " leaves the upload pending: it can be completed otherwise, or cancelled.")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = UploadAnswer.class)))
    ResponseEntity<byte[]> complete(
            @AuthenticationPrincipal Caller caller,
            @PathVariable("upload_id") String id,
            @RequestBody CompleteUploadRequest body,
            @Parameter(hidden = true) HttpServletRequest request)
            throws IOException {
        uploads.requireExists(caller.project(), id);
        Optional<ResponseEntity<byte[]>> earlier =
                idempotency.earlierAnswer(request, body.addTo(Fingerprint.of(request)));
        if (earlier.isPresent()) {
            return earlier.get();
        }
        Optional<IncomingRows> rows = uploads.assemble(caller.project(), id, body);
        try {
            return idempotency.once(
                    request, body.addTo(Fingerprint.of(request)), () -> uploads.complete(caller.project(), id, rows));
        } finally {
            if (rows.isPresent()) {
                rows.get().close();
            }
        }
    }

    @Idempotent
    @PostMapping("/{upload_id}/cancel")
    @Operation(operationId = "cancelUpload", summary = "Drop an upload and its parts")
    UploadAnswer cancel(@AuthenticationPrincipal Caller caller, @PathVariable("upload_id") String id) {
        return uploads.cancel(caller.project(), id);
    }
}
