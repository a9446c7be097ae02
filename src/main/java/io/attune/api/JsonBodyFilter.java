package io.attune.api;

import io.attune.json.HeapShare;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Reads the JSON body of a changing call, or its empty body, before any other work. So a slow client holds no
 * database connection. Limits the length of a body, and the heap for all bodies that are parsed at the same time.
 * Endpoints read multipart bodies themselves.
 *
 * <p>Runs after Spring Security (order -100), which checks the key.
 */
@Component
@Order(0)
class JsonBodyFilter extends OncePerRequestFilter {

    private static final Set<String> CHANGING = Set.of("POST", "DELETE");

    /**
     * The share of the heap (1/16) for the bodies that are parsed at the same time. Bodies are short, so no call
     * waits long.
     */
    private static final int BODIES_SHARE = 16;

    private final Endpoints endpoints;
    private final int longestBody;
    private final HeapShare heap = HeapShare.ofHeap(BODIES_SHARE);
    private final HandlerExceptionResolver exceptions;

    JsonBodyFilter(
            Endpoints endpoints,
            @Value("${attune.max-json-bytes}") DataSize longestBody,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver exceptions) {
        this.endpoints = endpoints;
        this.longestBody = Math.toIntExact(longestBody.toBytes());
        this.exceptions = exceptions;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String type = request.getContentType();
        return !CHANGING.contains(request.getMethod())
                || !request.getServletPath().startsWith("/v1/")
                || type != null && type.regionMatches(true, 0, "multipart/", 0, "multipart/".length());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            byte[] body = body(request, longestBody(request));
            // The call may wait here, so it must not hold a database connection yet.
            try (HeapShare.Lease parsing = heap.take((long) body.length * HeapShare.PER_BYTE)) {
                chain.doFilter(new BufferedRequest(request, body), response);
            }
        } catch (RuntimeException e) {
            exceptions.resolveException(request, response, null, e);
        }
    }

    private int longestBody(HttpServletRequest request) {
        int ofEndpoint = endpoints
                .annotation(request, LongBody.class)
                .map(LongBody::bytes)
                .orElse(0);
        return Math.max(longestBody, ofEndpoint);
    }

    /**
     * Reads the whole body.
     *
     * @throws ApiException if the body has more than {@code most} bytes, or if the connection breaks
     */
    private static byte[] body(HttpServletRequest request, int most) {
        if (request.getContentLengthLong() > most) {
            throw tooLarge(most);
        }
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(most + 1);
        } catch (IOException e) {
            throw ApiException.refused(400, "invalid_request", "The body could not be read to its end.");
        }
        if (body.length > most) {
            throw tooLarge(most);
        }
        return body;
    }

    private static ApiException tooLarge(int most) {
        return ApiException.tooLarge(null, "The body is too large: at most " + most + " bytes are taken.");
    }
}
