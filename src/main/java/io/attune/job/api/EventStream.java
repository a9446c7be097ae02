package io.attune.job.api;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A stream of a job's events to one reader. Writing never waits: when the connection accepts no more bytes, the
 * container reports later that there is room again. The stream holds at most one page, and gets the next page after
 * that page is written. A slow reader therefore costs the memory of one page and delays nobody.
 *
 * <pre>
 *      {@link #ready} --> {@link #give} a page --> written piece by piece --> {@link #ready} ... --> {@link #end}
 * </pre>
 */
final class EventStream implements WriteListener, AsyncListener {

    private static final int PIECE = 8 << 10;
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    private final String job;
    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Consumer<EventStream> becameReady;
    private final Consumer<EventStream> left;

    private long position; // seq of the last event that the stream got
    private byte[] page = COMMENT; // sends the headers at once, so that the reader sees that the stream is open
    private int written;
    private boolean flushed;
    private boolean begun;
    private boolean ending;
    private boolean over;
    private long wroteAt; // System.nanoTime

    /**
     * @param position seq of the event after which the stream starts
     * @param becameReady called when the stream becomes {@link #ready} later, in a thread of the container
     * @param left called once, when the stream is over for any reason
     */
    EventStream(
            String job,
            long position,
            AsyncContext context,
            ServletOutputStream out,
            Consumer<EventStream> becameReady,
            Consumer<EventStream> left) {
        this.job = job;
        this.position = position;
        this.context = context;
        this.out = out;
        this.becameReady = becameReady;
        this.left = left;
    }

    String job() {
        return job;
    }

    synchronized long position() {
        return position;
    }

    /** Whether the stream can get a page now. */
    synchronized boolean ready() {
        return begun && page == null && !ending && !over;
    }

    /** Gives events to a stream that is {@link #ready}. */
    void give(byte[] events, long lastSeq) {
        synchronized (this) {
            position = lastSeq;
            put(events);
        }
        goOn();
    }

    /** Gives the last text to a stream that is {@link #ready}. The stream ends when the text is written. */
    void end(byte[] lastWords) {
        synchronized (this) {
            ending = true;
            put(lastWords);
        }
        goOn();
    }

    /**
     * Ends the stream now. A stream that is {@link #ready} first gets the last text, and writes as much of it as
     * the connection accepts.
     */
    void endNow(byte[] lastWords) {
        if (ready()) {
            end(lastWords);
        }
        if (finish()) {
            complete();
        }
    }

    /**
     * Writes a comment if the stream has been silent for this time, in nanoseconds. The comment keeps the
     * connection open, and shows whether the reader is still connected.
     */
    void keepAlive(long now, long silence) {
        synchronized (this) {
            if (!ready() || now - wroteAt < silence) {
                return;
            }
            put(COMMENT);
        }
        goOn();
    }

    private void put(byte[] bytes) {
        page = bytes;
        written = 0;
        flushed = false;
    }

    /** Called by the container when there is room to write. */
    @Override
    public void onWritePossible() throws IOException {
        synchronized (this) {
            begun = true;
        }
        if (step()) {
            becameReady.accept(this);
        }
    }

    private void goOn() {
        try {
            step();
        } catch (IOException | RuntimeException e) {
            finish(); // the reader has disconnected; the container notices that too, and calls onError
        }
    }

    /**
     * Writes as much as the connection accepts. Calls listeners and the container outside of the lock, because the
     * container has its own locks.
     *
     * @return whether the page is written completely, and there may be another page
     */
    private boolean step() throws IOException {
        boolean last;
        synchronized (this) {
            if (over || page == null || !write()) {
                return false;
            }
            last = ending;
        }
        if (last && finish()) {
            complete();
        }
        return !last;
    }

    /** @return whether the page is written completely */
    private boolean write() throws IOException {
        while (out.isReady()) {
            if (written < page.length) {
                int piece = Math.min(PIECE, page.length - written);
                out.write(page, written, piece);
                written += piece;
            } else if (!flushed) {
                out.flush();
                flushed = true;
            } else {
                page = null;
                wroteAt = System.nanoTime();
                return true;
            }
        }
        return false;
    }

    /** @return whether this call ended the stream */
    private boolean finish() {
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
            page = null;
        }
        left.accept(this);
        return true;
    }

    private void complete() {
        try {
            context.complete();
        } catch (IllegalStateException e) {
            // the container has already ended the request
        }
    }

    @Override
    public void onError(Throwable error) {
        finish();
        complete();
    }

    @Override
    public void onError(AsyncEvent event) {
        onError(event.getThrowable());
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        onError(event.getThrowable());
    }

    @Override
    public void onComplete(AsyncEvent event) {
        finish();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // a stream starts only once
    }
}
