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
 * Writes a {@link Page} of thousands of items while they are read, some hundred at a time: neither memory nor a database connection is held for as
 * long as a client takes. Readers take turns, so that many long lists leave connections to the database for others.
 */
@Component
public class PageWriter {

    private static final int CHUNK = 500;

    /** Readers of long lists at a time: fewer than there are connections to the database, so that other calls find one. */
    private static final int READERS = 4;

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int RETRY_AFTER = 5; // s

    private final JsonMapper json;
    private final Semaphore readers = new Semaphore(READERS, true);

    PageWriter(JsonMapper json) {
        this.json = json;
    }

    /**
     * Answers the request by the page. A failure behind its beginning breaks the answer off.
     *
     * @param list reads at most {@code limit() + 1} items of what it is asked for; what it refuses of the first is the answer
     * @param id of an item
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

    /** Reads a page bit by bit. */
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

        /** Whether there is another item, on this page or behind it. */
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
