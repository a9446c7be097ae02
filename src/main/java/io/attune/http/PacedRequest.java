package io.attune.http;

import io.attune.api.ApiException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * A request whose body has to arrive at the minimum pace. It holds a place among the long calls while its body
 * arrives.
 */
final class PacedRequest extends HttpServletRequestWrapper {

    private final Pace pace;
    private final Supplier<LongCalls.Place> places;
    private LongCalls.Place place;
    private boolean whole;
    private ServletInputStream body;

    PacedRequest(HttpServletRequest request, Pace pace, Supplier<LongCalls.Place> places) {
        super(request);
        this.pace = pace;
        this.places = places;
    }

    /**
     * Takes a place for the whole call.
     *
     * @throws ApiException if there is no place
     */
    void enter() {
        place = places.get();
        whole = true;
    }

    /** Returns the place, if the request has one. */
    void leave() {
        if (place != null) {
            place.close();
        }
    }

    private int counted(Pace.Step step) throws IOException {
        if (place == null) {
            place = places.get();
        }
        try {
            int count = pace.timed(step);
            if (count < 0 && !whole) {
                leave();
            }
            return count;
        } catch (Pace.TooSlow e) {
            throw ApiException.tooSlow(e.getMessage());
        }
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        if (body == null) {
            body = new Body(super.getInputStream());
        }
        return body;
    }

    private final class Body extends ServletInputStream {

        private final ServletInputStream in;

        private Body(ServletInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return counted(() -> in.read(target, offset, length));
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }
    }
}
