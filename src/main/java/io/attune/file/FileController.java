package io.attune.file;

import io.attune.access.Caller;
import io.attune.api.ApiException;
import io.attune.api.Page;
import io.attune.api.PageQuery;
import io.attune.api.PageWriter;
import io.attune.api.idempotency.Fingerprint;
import io.attune.api.idempotency.Idempotency;
import io.attune.api.idempotency.Idempotent;
import io.attune.http.LongCall;
import io.attune.storage.BlobStore;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRange;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** OpenAI's Files endpoints. */
@RestController
@RequestMapping("/v1/files")
@Tag(name = "Files", description = "Rows to train on, and what jobs made.")
class FileController {

    private static final int LONGEST_PAGE = 10_000;

    private final FileService files;
    private final BlobStore blobs;
    private final RowsReceiver receiver;
    private final UploadLimit limit;
    private final ProjectQuota quota;
    private final Idempotency idempotency;
    private final PageWriter pages;

    FileController(
            FileService files,
            BlobStore blobs,
            RowsReceiver receiver,
            UploadLimit limit,
            ProjectQuota quota,
            Idempotency idempotency,
            PageWriter pages) {
        this.files = files;
        this.blobs = blobs;
        this.receiver = receiver;
        this.limit = limit;
        this.quota = quota;
        this.idempotency = idempotency;
        this.pages = pages;
    }

    @Idempotent(ownTransaction = true)
    @LongCall
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "createFile",
            summary = "Upload a file of rows",
            description =
                    "JSON Lines, each row `{\"messages\": [...]}`, `{\"prompt\": ..., \"completion\": ...}` (text, or messages as TRL"
                            + " has them) or `{\"text\": ...}` (of which every token is learned). The structure of every row is"
                            + " checked before the file is accepted.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                            schema = @Schema(implementation = CreateFileRequest.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = FileAnswer.class)))
    ResponseEntity<byte[]> create(
            @AuthenticationPrincipal Caller caller, @Parameter(hidden = true) HttpServletRequest request)
            throws IOException {
        try (ProjectQuota.Reservation room = quota.reserve(caller.project(), request.getContentLengthLong());
                CreateFileForm form = CreateFileForm.read(request, receiver, limit)) {
            return idempotency.once(request, form.addTo(Fingerprint.of(request)), () -> add(caller.project(), form));
        }
    }

    private FileAnswer add(String project, CreateFileForm form) {
        quota.requireRoom(project, form.rows().content().blob().size());
        return FileAnswer.of(files.addRows(project, form.filename(), form.rows(), form.lifetime()));
    }

    @LongCall
    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "listFiles", summary = "List files")
    ResponseEntity<Page<FileAnswer>> list(
            @AuthenticationPrincipal Caller caller,
            @Parameter(description = "Only files of this purpose.") @RequestParam(required = false) String purpose,
            @Parameter(schema = @Schema(type = "integer", minimum = "1", maximum = "10000", defaultValue = "10000"))
                    @RequestParam(defaultValue = "10000")
                    int limit,
            @Parameter(
                            description = "By time of creation.",
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"asc", "desc"},
                                            defaultValue = "desc"))
                    @RequestParam(defaultValue = "desc")
                    String order,
            @Parameter(description = "Id of the last file of the page before.") @RequestParam(required = false)
                    String after,
            @Parameter(hidden = true) HttpServletRequest request,
            @Parameter(hidden = true) HttpServletResponse response)
            throws IOException {
        pages.write(
                request,
                response,
                PageQuery.of(after, limit, LONGEST_PAGE, order),
                page -> files.list(caller.project(), purpose, page).stream()
                        .map(FileAnswer::of)
                        .toList(),
                FileAnswer::id);
        return null; // the answer is written while the files are read
    }

    @GetMapping(path = "/{file_id}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "retrieveFile", summary = "One file")
    FileAnswer retrieve(@AuthenticationPrincipal Caller caller, @PathVariable("file_id") String id) {
        return FileAnswer.of(find(caller, id));
    }

    @LongCall
    @GetMapping("/{file_id}/content")
    @Operation(
            operationId = "downloadFile",
            summary = "The bytes of a file",
            description =
                    "The header Range gives some of them, with If-Range only if the file's ETag is still the one that it names.")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                            schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(
            responseCode = "206",
            description = "The bytes that the header Range asks for",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                            schema = @Schema(type = "string", format = "binary")))
    ResponseEntity<Resource> content(
            @AuthenticationPrincipal Caller caller,
            @PathVariable("file_id") String id,
            @Parameter(hidden = true) @RequestHeader HttpHeaders headers,
            @Parameter(hidden = true) HttpServletResponse response)
            throws IOException {
        StoredFile file = find(caller, id);
        Resource bytes = blobs.download(file.blob());
        String tag = '"' + file.blob() + '"';
        String ifRange = headers.getFirst(HttpHeaders.IF_RANGE);
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
        if (ifRange != null && !ifRange.equals(tag)) {
            // The client has parts of another file, so it must receive the whole file. Spring always sends an
            // InputStreamResource as a whole.
            bytes = new InputStreamResource(bytes);
            answer.contentLength(file.bytes());
        } else {
            checkRange(headers, bytes, file, response);
        }
        // The type is fixed and does not depend on the header Accept: clients ask for application/binary.
        return answer.contentType(MediaType.APPLICATION_OCTET_STREAM)
                .eTag(tag)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(file.filename(), StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .body(bytes);
    }

    /**
     * Refuses a range outside the file. Spring answers a valid range with 206, but answers an invalid range with the
     * whole file.
     */
    private static void checkRange(HttpHeaders headers, Resource bytes, StoredFile file, HttpServletResponse response) {
        try {
            HttpRange.toResourceRegions(headers.getRange(), bytes);
        } catch (IllegalArgumentException e) {
            response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + file.bytes());
            throw ApiException.rangeNotSatisfiable("The file has " + file.bytes()
                    + " bytes; the header 'Range' must ask for some of them, such as 'bytes=0-99'.");
        }
    }

    @Idempotent
    @DeleteMapping(path = "/{file_id}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "deleteFile",
            summary = "Delete a file",
            description = "A job that already uses the file goes on with it.")
    DeletedFile delete(@AuthenticationPrincipal Caller caller, @PathVariable("file_id") String id) {
        if (!files.delete(caller.project(), id)) {
            throw notFound(id);
        }
        return new DeletedFile(id, "file", true);
    }

    private StoredFile find(Caller caller, String id) {
        return files.find(caller.project(), id).orElseThrow(() -> notFound(id));
    }

    private static ApiException notFound(String id) {
        return ApiException.notFound("No such file: " + id + ".");
    }
}
