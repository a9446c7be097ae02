package io.attune.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** A response that the client has to receive at the minimum pace. */
final class PacedResponse extends HttpServletResponseWrapper {

    /** Bytes of one timed write. */
    private static final int PIECE = 8 << 10;

    private final Pace pace;
    private final Runnable tooSlow;
    private ServletOutputStream out;

    /** @param tooSlow runs when the client breaks the rule; the answer then stays incomplete */
    PacedResponse(HttpServletResponse response, Pace pace, Runnable tooSlow) {
        super(response);
        this.pace = pace;
        this.tooSlow = tooSlow;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (out == null) {
            out = new Answer(super.getOutputStream());
        }
        return out;
    }

    private void timed(Pace.Step step) throws IOException {
        try {
            pace.timed(step);
        } catch (Pace.TooSlow e) {
            tooSlow.run();
            throw new AsyncRequestNotUsableException(e.getMessage()); // treated as a client that has left
        }
    }

    private final class Answer extends ServletOutputStream {

        private final ServletOutputStream out;

        private Answer(ServletOutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int next) throws IOException {
            write(new byte[] {(byte) next}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += PIECE) {
                int from = offset + done;
                int count = Math.min(PIECE, length - done);
                timed(() -> {
                    out.write(source, from, count);
                    return count;
                });
            }
        }

        @Override
        public void flush() throws IOException {
            timed(() -> {
                out.flush();
                return 0;
            });
        }

        @Override
        public boolean isReady() {
            return out.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            out.setWriteListener(listener);
        }
    }
}
