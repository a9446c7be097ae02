package io.attune.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a {@link Page} of thousands of items while it reads them, chunk by chunk. So a slow client holds neither
 * memory nor a database connection. Only a few readers work at the same time, so that other calls find a database
 * connection.
 */
@Component
public class PageWriter {

    private static final int CHUNK = 500;

    /** The most lists that are read at the same time, fewer than there are database connections. */
    private static final int READERS = 4;

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int RETRY_AFTER = 5; // in seconds

    private final JsonMapper json;
    private final Semaphore readers = new Semaphore(READERS, true);

    PageWriter(JsonMapper json) {
        this.json = json;
    }

    /**
     * Answers the request with the page. If the first read fails, its exception is the answer. If a later read fails,
     * the answer breaks off.
     *
     * @param list reads at most {@code limit() + 1} items of the given page
     * @param id returns the id of an item
     * @throws ApiException if no reader becomes free within one minute
     */
    public <T> void write(
            HttpServletRequest request,
            HttpServletResponse response,
            PageQuery page,
            Function<PageQuery, List<T>> list,
            Function<T, String> id)
            throws IOException {
        Chunks<T> chunks = new Chunks<>(page, list, id);
        chunks.read();
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        ProcessingTime.tell(request, response::setHeader);
        try {
            write(chunks, json.createGenerator(response.getOutputStream()));
        } catch (RuntimeException e) {
            BrokenAnswer.mark(request);
            throw e;
        }
    }

    private <T> void write(Chunks<T> chunks, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("object", "list");
        out.writeArrayPropertyStart("data");
        String first = "";
        String last = "";
        while (true) {
            for (T item : chunks.items()) {
                out.writePOJO(item);
                last = chunks.id.apply(item);
                first = first.isEmpty() ? last : first;
            }
            if (!chunks.goesOn()) {
                break;
            }
            chunks.readAfter(last);
        }
        out.writeEndArray();
        out.writeStringProperty("first_id", first);
        out.writeStringProperty("last_id", last);
        out.writeBooleanProperty("has_more", chunks.more());
        out.writeEndObject();
        out.close();
    }

    /** Reads a page in chunks. */
    private final class Chunks<T> {

        private final Function<PageQuery, List<T>> list;
        private final Function<T, String> id;
        private PageQuery left;
        private PageQuery chunk;
        private List<T> found;

        private Chunks(PageQuery page, Function<PageQuery, List<T>> list, Function<T, String> id) {
            this.left = page;
            this.list = list;
            this.id = id;
        }

        private void read() {
            chunk = left.first(CHUNK);
            try {
                if (!readers.tryAcquire(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw busy();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw busy();
            }
            try {
                found = list.apply(chunk);
            } finally {
                readers.release();
            }
        }

        private void readAfter(String last) {
            left = new PageQuery(last, left.limit() - chunk.limit(), left.ascending());
            read();
        }

        private List<T> items() {
            return found.subList(0, Math.min(chunk.limit(), found.size()));
        }

        /** Returns whether another item follows this chunk, on this page or on a later page. */
        private boolean more() {
            return found.size() > chunk.limit();
        }

        private boolean goesOn() {
            return more() && left.limit() > chunk.limit();
        }
    }

    private static ApiException busy() {
        return ApiException.overloaded(
                "Too many lists are being read at the moment. Repeat the request a little later.", RETRY_AFTER);
    }
}
