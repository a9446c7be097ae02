package io.attune.file;

import io.attune.api.ApiException;
import io.attune.api.idempotency.Fingerprint;
import jakarta.servlet.http.HttpServletRequest;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * The form of POST /v1/files, checked; its file is durable and waits to be registered. Closing it leaves nothing behind, unless that was done.
 *
 * @param lifetime after which the file deletes itself, or null
 */
record CreateFileForm(String filename, Duration lifetime, IncomingRows rows) implements Closeable {

    private static final String FILE = "file";
    private static final String PURPOSE = "purpose";
    private static final String UNNAMED = "upload.jsonl";
    private static final Set<String> FIELDS =
            Set.of(PURPOSE, ExpiresAfter.inForm("anchor"), ExpiresAfter.inForm("seconds"));

    static CreateFileForm read(HttpServletRequest request, RowsReceiver receiver, UploadLimit limit)
            throws IOException {
        MultipartForm<IncomingRows> form = MultipartForm.read(
                request, FILE, FIELDS, new MultipartForm.Limit(limit.bytes(), limit.exceeded(FILE)), receiver::receive);
        try {
            return checked(form);
        } catch (IOException | RuntimeException e) {
            form.close();
            throw e;
        }
    }

    private static CreateFileForm checked(MultipartForm<IncomingRows> form) throws IOException {
        String purpose = form.field(PURPOSE);
        if (purpose == null) {
            throw ApiException.missingParameter(PURPOSE);
        }
        Purpose.checkUploaded(purpose);
        ExpiresAfter expiresAfter = ExpiresAfter.ofForm(form);
        Duration lifetime = expiresAfter == null ? null : expiresAfter.lifetime(ExpiresAfter::inForm);
        IncomingRows rows = form.content();
        String filename = form.filename() == null ? "" : Filename.plain(form.filename(), FILE);
        rows.finish("");
        return new CreateFileForm(filename.isEmpty() ? UNNAMED : filename, lifetime, rows);
    }

    /** Adds to the fingerprint of its request what the client sent. */
    Fingerprint addTo(Fingerprint fingerprint) {
        return fingerprint
                .and(filename)
                .and(lifetime == null ? null : lifetime.toString())
                .and(rows.content().blob().sha256());
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
