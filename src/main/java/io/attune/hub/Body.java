package io.attune.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Reads the bytes of an answer as they arrive. If no bytes arrive for a while, reading fails. */
final class Body implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {

    /** @param bytes null at the end of the answer */
    private record Event(List<ByteBuffer> bytes, Throwable failure) {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Duration silence;
    private volatile Flow.Subscription subscription;

    Body(Duration silence) {
        this.silence = silence;
    }

    /**
     * Waits for the next bytes. Gives null at the end of the answer.
     *
     * @throws IOException if no bytes arrive in time, or if the connection breaks
     */
    List<ByteBuffer> next() throws IOException, InterruptedException {
        Event event = events.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
            throw new HttpTimeoutException("no byte came for " + silence.toMillis() / 1000.0 + " s");
        }
        if (event.failure != null) {
            throw new IOException("the connection broke: " + event.failure.getMessage(), event.failure);
        }
        if (event.bytes != null) {
            subscription.request(1);
        }
        return event.bytes;
    }

    /**
     * Reads the whole answer.
     *
     * @throws HubException if it is longer than {@code most} bytes
     */
    byte[] all(int most) throws IOException, InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (List<ByteBuffer> bytes = next(); bytes != null; bytes = next()) {
            for (ByteBuffer part : bytes) {
                if (all.size() + part.remaining() > most) {
                    throw new HubException("the Hub's answer is longer than " + most + " bytes; it is not read");
                }
                byte[] copy = new byte[part.remaining()];
                part.get(copy);
                all.writeBytes(copy);
            }
        }
        return all.toByteArray();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        events.add(new Event(bytes, null));
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new Event(null, failure));
    }

    @Override
    public void onComplete() {
        events.add(new Event(null, null));
    }

    /** Stops reading. The rest of the answer is lost. */
    @Override
    public void close() {
        subscription.cancel();
    }
}
