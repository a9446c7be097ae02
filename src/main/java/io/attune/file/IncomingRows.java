package io.attune.file;

import io.attune.api.ApiException;
import io.attune.dataset.DatasetCheck;
import io.attune.dataset.Finding;
import io.attune.storage.Incoming;
import java.io.Closeable;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * The content of a new file, and the result of the check of its rows. The content is received but not registered in
 * the store. Closing it discards the content, unless the store has registered it.
 */
record IncomingRows(Incoming content, DatasetCheck check) implements Closeable {

    /**
     * Makes the content durable if its rows are valid.
     *
     * @param wayOut a further sentence for the refusal, or ""
     * @throws ApiException if a row is invalid; the message lists every finding that the check kept
     */
    void finish(String wayOut) throws IOException {
        if (!check.isValid()) {
            String unsupported = check.findings().get(0).unsupported();
            String message = describe(check) + (wayOut.isEmpty() ? "" : "\n" + wayOut);
            throw unsupported == null
                    ? ApiException.invalidFileFormat(message)
                    : ApiException.unsupported(unsupported, "file", message);
        }
        content.finish();
    }

    /** Returns one line for each finding, such as {@code Line 3, messages[0].role: ...}. */
    private static String describe(DatasetCheck check) {
        return check.findings().stream().map(IncomingRows::describe).collect(Collectors.joining("\n"))
                + (check.moreFindings() == 0 ? "" : "\n(" + check.moreFindings() + " more)");
    }

    private static String describe(Finding finding) {
        String place = finding.field().isEmpty() ? "" : ", " + finding.field();
        return "Line " + finding.line() + place + ": " + finding.problem();
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
