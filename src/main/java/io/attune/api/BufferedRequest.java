package io.attune.api;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.web.util.WebUtils;

/** A request whose body is in memory. */
public final class BufferedRequest extends HttpServletRequestWrapper {

    private final byte[] content;
    private final ByteArrayInputStream body;

    BufferedRequest(HttpServletRequest request, byte[] body) {
        super(request);
        this.content = body;
        this.body = new ByteArrayInputStream(body);
    }

    /** Returns the whole body, even if its stream was read. Returns an empty result if the body is not in memory. */
    public static Optional<byte[]> bodyOf(HttpServletRequest request) {
        return Optional.ofNullable(WebUtils.getNativeRequest(request, BufferedRequest.class))
                .map(buffered -> buffered.content);
    }

    @Override
    public BufferedReader getReader() {
        Charset charset =
                getCharacterEncoding() == null ? StandardCharsets.UTF_8 : Charset.forName(getCharacterEncoding());
        return new BufferedReader(new InputStreamReader(getInputStream(), charset));
    }

    @Override
    public ServletInputStream getInputStream() {
        return new ServletInputStream() {
            @Override
            public int read() {
                return body.read();
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                return body.read(target, offset, length);
            }

            @Override
            public boolean isFinished() {
                return body.available() == 0;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                throw new UnsupportedOperationException("the body is read at once");
            }
        };
    }
}
