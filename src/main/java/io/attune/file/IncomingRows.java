package io.attune.file;

import io.attune.api.ApiException;
import io.attune.dataset.DatasetCheck;
import io.attune.dataset.Finding;
import io.attune.storage.Incoming;
import java.io.Closeable;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * The content of a file that is to be: on its way into the store, and its rows checked. Closing it leaves nothing
 * behind, unless the store has taken it over.
 */
record IncomingRows(Incoming content, DatasetCheck check) implements Closeable {

    /**
     * Makes the content durable if its rows are what they should be.
     *
     * @param wayOut a further sentence for the refusal, or ""
     * @throws ApiException when they are not: with every finding that was kept
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

    /** Such as {@code Line 3, messages[0].role: ...}, one finding a line. */
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
