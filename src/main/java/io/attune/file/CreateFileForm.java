package io.attune.file;

import io.attune.api.ApiException;
import io.attune.api.idempotency.Fingerprint;
import jakarta.servlet.http.HttpServletRequest;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * The checked form of POST /v1/files. The bytes of its file are durable, but the file is not registered yet. Closing
 * the form discards bytes that are not registered.
 *
 * @param lifetime time from the creation of the file to its deletion, or null
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

    /** Adds the values that the client sent to the fingerprint of its request. */
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
