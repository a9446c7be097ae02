package io.attune.file;

import io.attune.api.ApiException;
import io.attune.dataset.DatasetCheck;
import io.attune.dataset.Finding;
import io.attune.dataset.RowReader;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import io.attune.storage.DataFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes an upload: checks the structure of its rows, then keeps it. What is refused leaves nothing behind. */
@Component
class Upload {

    private static final int SHOWN_FINDINGS = 5;

    private final DataFolder folder;
    private final BlobStore blobs;
    private final FileService files;
    private final TransactionTemplate transaction;

    Upload(DataFolder folder, BlobStore blobs, FileService files, PlatformTransactionManager transactions) {
        this.folder = folder;
        this.blobs = blobs;
        this.files = files;
        this.transaction = new TransactionTemplate(transactions);
    }

    StoredFile accept(String project, UploadForm form) throws IOException {
        Path incoming = folder.incoming().resolve("upload-" + UUID.randomUUID());
        try {
            form.file().transferTo(incoming.toFile()); // a rename: the container wrote it into this folder
            int rows = check(incoming);
            return transaction.execute(status -> {
                Blob blob = keep(incoming);
                return files.addRows(project, form.filename(), blob, rows, form.lifetime());
            });
        } finally {
            Files.deleteIfExists(incoming);
        }
    }

    private Blob keep(Path incoming) {
        try {
            return blobs.adopt(incoming);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int check(Path rows) throws IOException {
        try (InputStream bytes = Files.newInputStream(rows)) {
            DatasetCheck check = RowReader.check(bytes);
            if (!check.isValid()) {
                String unsupported = check.findings().get(0).unsupported();
                throw unsupported == null
                        ? ApiException.invalidFileFormat(describe(check))
                        : ApiException.unsupported(unsupported, "file", describe(check));
            }
            return check.rows();
        }
    }

    /** Such as {@code Line 3, messages[0].role: ...}, one finding a line. */
    private static String describe(DatasetCheck check) {
        long more = Math.max(0, check.findings().size() - SHOWN_FINDINGS) + (long) check.moreFindings();
        return check.findings().stream()
                        .limit(SHOWN_FINDINGS)
                        .map(Upload::describe)
                        .collect(Collectors.joining("\n"))
                + (more == 0 ? "" : "\n(" + more + " more)");
    }

    private static String describe(Finding finding) {
        String place = finding.field().isEmpty() ? "" : ", " + finding.field();
        return "Line " + finding.line() + place + ": " + finding.problem();
    }
}
