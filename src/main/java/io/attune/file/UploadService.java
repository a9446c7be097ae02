package io.attune.file;

import io.attune.api.ApiException;
import io.attune.api.Ids;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import io.attune.storage.Incoming;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Creates, fills, completes and cancels uploads. The service receives bytes and assembles files outside of
 * transactions. A transaction only locks the row of the upload, checks it, and records the change.
 */
@Service
class UploadService {

    /** OpenAI's limits: 64 MB for a part, 8 GB for an upload, one hour. */
    private static final long LARGEST_PART = 64L << 20;

    private static final long LARGEST_UPLOAD = 8L << 30;
    private static final Duration TIME_TO_COMPLETE = Duration.ofHours(1);

    private final Uploads uploads;
    private final FileService files;
    private final BlobStore blobs;
    private final RowsReceiver receiver;
    private final UploadLimit limit;
    private final Clock clock;
    private final TransactionTemplate transaction;

    UploadService(
            Uploads uploads,
            FileService files,
            BlobStore blobs,
            RowsReceiver receiver,
            UploadLimit limit,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.uploads = uploads;
        this.files = files;
        this.blobs = blobs;
        this.receiver = receiver;
        this.limit = limit;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Transactional
    UploadAnswer create(String project, CreateUploadRequest request) {
        UploadLimit largest = new UploadLimit(Math.min(limit.bytes(), LARGEST_UPLOAD));
        if (request.bytes() > largest.bytes()) {
            throw largest.exceeded("bytes");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Upload upload = new Upload(
                Ids.upload(),
                project,
                request.filename(),
                request.purpose(),
                request.bytes(),
                request.lifetime(),
                Upload.Status.PENDING,
                now,
                now.plus(TIME_TO_COMPLETE));
        uploads.add(upload);
        return UploadAnswer.of(upload, Upload.Status.PENDING, null);
    }

    /** Returns the largest size of a part. */
    MultipartForm.Limit partLimit(String param) {
        long largest = Math.min(limit.bytes(), LARGEST_PART);
        return new MultipartForm.Limit(
                largest,
                ApiException.tooLarge(
                        param,
                        "The part is too large: at most " + largest
                                + " bytes are taken. Cut the file into smaller parts."));
    }

    /** @throws ApiException if the project has no such upload */
    void requireExists(String project, String id) {
        if (!uploads.exists(project, id)) {
            throw notFound(id);
        }
    }

    /**
     * Adds a part to an upload, in the caller's transaction.
     *
     * @param data durable bytes of the part
     * @throws ApiException if the upload is unknown or has ended, or if its parts are too large together
     */
    @Transactional(propagation = Propagation.MANDATORY)
    UploadPartAnswer addPart(String project, String id, Incoming data) {
        Instant now = clock.instant();
        lock(project, id).requirePending(now);
        // A client may send a part again, and may leave parts out in the end. The total is limited.
        long mostReceived = Math.min(2 * limit.bytes(), LARGEST_UPLOAD);
        if (uploads.received(id) + data.blob().size() > mostReceived) {
            throw ApiException.tooLarge(
                    "data",
                    "The upload's parts are too large: at most " + mostReceived
                            + " bytes are taken in all. Complete the"
                            + " upload with those that are there, or cancel it.");
        }
        Blob blob = blobs.register(data);
        Uploads.Part part = new Uploads.Part(Ids.uploadPart(), blob.sha256(), blob.size());
        uploads.addPart(id, part, now);
        return new UploadPartAnswer(part.id(), "upload.part", now.getEpochSecond(), id);
    }

    /**
     * Assembles the file. This takes the time to read and write all its bytes. Returns an empty result if the upload
     * has ended. Then {@link #complete} reports the end, unless the call repeats the call that ended the upload.
     *
     * @throws ApiException if the parts do not make the announced file, or if a row is invalid; the upload stays
     *     pending then
     */
    Optional<IncomingRows> assemble(String project, String id, CompleteUploadRequest request) throws IOException {
        Optional<List<Uploads.Part>> parts = transaction.execute(status -> chooseParts(project, id, request));
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(Assembly.of(parts.get(), request.md5(), blobs, receiver));
    }

    private Optional<List<Uploads.Part>> chooseParts(String project, String id, CompleteUploadRequest request) {
        Upload upload = lock(project, id);
        if (upload.status(clock.instant()) != Upload.Status.PENDING) {
            return Optional.empty();
        }
        List<Uploads.Part> chosen = Assembly.choose(upload, uploads.parts(id), request.partIds());
        blobs.keepForAnHour(chosen.stream().map(Uploads.Part::blob).toList());
        return Optional.of(chosen);
    }

    /**
     * Makes the file of an upload, in the caller's transaction.
     *
     * @param rows result of {@link #assemble}
     * @throws ApiException if the upload has ended
     */
    @Transactional(propagation = Propagation.MANDATORY)
    UploadAnswer complete(String project, String id, Optional<IncomingRows> rows) {
        Upload upload = lock(project, id);
        upload.requirePending(clock.instant());
        StoredFile file = files.addRows(project, upload.filename(), rows.orElseThrow(), upload.lifetime());
        uploads.end(id, Upload.Status.COMPLETED, file.id());
        return UploadAnswer.of(upload, Upload.Status.COMPLETED, file);
    }

    @Transactional
    UploadAnswer cancel(String project, String id) {
        Upload upload = lock(project, id);
        upload.requirePending(clock.instant());
        uploads.end(id, Upload.Status.CANCELLED, null);
        return UploadAnswer.of(upload, Upload.Status.CANCELLED, null);
    }

    private Upload lock(String project, String id) {
        return uploads.lock(project, id).orElseThrow(() -> notFound(id));
    }

    private static ApiException notFound(String id) {
        return ApiException.notFound("No such upload: " + id + ".");
    }
}
