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
 * One reader of a job's events. It is written to without ever waiting: what the connection does not take now is written when the container
 * says so. At most one page is held for it, and the next one is asked for when that has been taken; so a slow reader costs a page, and
 * nobody waits for it.
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

    private long position; // seq of the last event that was given
    private byte[] page = COMMENT; // sends the headers, so that a reader knows at once that it reads
    private int written;
    private boolean flushed;
    private boolean begun;
    private boolean ending;
    private boolean over;
    private long wroteAt; // System.nanoTime

    /**
     * @param position seq of the event behind which the reader begins
     * @param becameReady told when it is {@link #ready} later than it was given something
     * @param left told once, when the stream is over, whoever ended it
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

    /** Whether it could take a page now. */
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

    /** Gives the last words to a stream that is {@link #ready}; it ends when they are written. */
    void end(byte[] lastWords) {
        synchronized (this) {
            ending = true;
            put(lastWords);
        }
        goOn();
    }

    /** Ends it as soon as what was given is written, or at once if the reader does not take it. */
    void endNow(byte[] lastWords) {
        if (ready()) {
            end(lastWords);
        }
        if (finish()) {
            complete();
        }
    }

    /** A comment, if nothing has been written for so long: it keeps the connection open, and tells whether the reader is still there. */
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

    /** From the container: there is room to write. */
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
            finish(); // the reader has gone, whatever the container throws then; it notices too, and calls onError
        }
    }

    /**
     * Writes what fits. What comes of it is done outside of the lock, since the container has locks of its own.
     *
     * @return whether the page has been taken, and there may be another one
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

    /** @return whether the page is out */
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

    /** @return whether it was not over before */
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
            // the container has ended it already
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
        // there is one beginning only
    }
}
