package io.attune.http;

import io.attune.api.BrokenAnswer;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Ends requests whose body was not read, such as refused requests. A client cannot read the answer while it sends.
 * The rest of the body is therefore read for a short time, without waiting for a slow client. Then the connection
 * is closed. If too many threads read such bodies, the connection is closed at once. Without this valve, Tomcat
 * would read the whole body, with one thread for each. A {@link BrokenAnswer} also closes its connection at once.
 */
final class UnreadBodies extends ValveBase {

    private static final long BETWEEN_LOOKS = 10; // ms

    private final Semaphore free;
    private final Duration longest;

    /**
     * @param longest maximum time to read the rest of a body
     * @param mostAtATime number of threads that may read such bodies
     */
    UnreadBodies(Duration longest, int mostAtATime) {
        super(true);
        this.longest = longest;
        this.free = new Semaphore(mostAtATime);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        try {
            getNext().invoke(request, response);
        } finally {
            org.apache.coyote.Request coyote = request.getCoyoteRequest();
            if (BrokenAnswer.is(request.getRequest())) {
                coyote.action(ActionCode.CLOSE_NOW, null);
            } else if (!request.isAsync() && !isRead(coyote) && !awaitsContinue(coyote)) {
                response.finishResponse();
                if (!takeIn(coyote)) {
                    coyote.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
                }
            }
        }
    }

    private static boolean isRead(org.apache.coyote.Request request) {
        AtomicBoolean read = new AtomicBoolean();
        request.action(ActionCode.REQUEST_BODY_FULLY_READ, read);
        return read.get();
    }

    /**
     * Whether the client waits for 100-continue. Such a client has not sent its body yet, and does not send it
     * after a refusal. Tomcat closes the connection.
     */
    private static boolean awaitsContinue(org.apache.coyote.Request request) {
        return request.hasExpectation() && request.getBytesRead() == 0;
    }

    /** @return whether the body has ended */
    private boolean takeIn(org.apache.coyote.Request request) {
        if (!free.tryAcquire()) {
            return false;
        }
        try {
            long end = System.nanoTime() + longest.toNanos();
            Passed passed = new Passed();
            while (!isRead(request)) {
                request.action(ActionCode.AVAILABLE, true);
                if (request.getAvailable() > 0) {
                    if (request.doRead(passed) < 0) {
                        return true;
                    }
                } else {
                    Thread.sleep(BETWEEN_LOOKS);
                }
                if (System.nanoTime() > end) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false; // the client has gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            free.release();
        }
    }

    /** Discards the bytes. */
    private static final class Passed implements ApplicationBufferHandler {

        private ByteBuffer buffer = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return buffer;
        }

        @Override
        public void expand(int size) {
            // the bytes are discarded
        }
    }
}
