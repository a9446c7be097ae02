package io.attune.api.idempotency;

import io.attune.api.BufferedRequest;
import io.attune.api.Endpoints;
import io.attune.api.ProcessingTime;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Applies the rules of {@link Idempotency} to each endpoint with {@link Idempotent}, unless that endpoint has its own
 * transaction. The whole handling of a call is one transaction. The filter holds the answer back until the commit.
 * Calls of all other endpoints pass unchanged.
 *
 * <p>Runs after the body was read (order 0).
 */
@Component
@Order(10)
class IdempotencyFilter extends OncePerRequestFilter {

    private final Endpoints endpoints;
    private final Idempotency idempotency;
    private final AnswerSecrets secrets;
    private final HandlerExceptionResolver exceptions;

    IdempotencyFilter(
            Endpoints endpoints,
            Idempotency idempotency,
            AnswerSecrets secrets,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver exceptions) {
        this.endpoints = endpoints;
        this.idempotency = idempotency;
        this.secrets = secrets;
        this.exceptions = exceptions;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // A multipart body is not in memory. An endpoint with a multipart body has its own transaction.
        Optional<byte[]> body = BufferedRequest.bodyOf(request);
        if (body.isEmpty() || !needsTransaction(request)) {
            chain.doFilter(request, response);
            return;
        }
        try {
            actOnce(request, body.get(), response, chain);
        } catch (RuntimeException e) {
            exceptions.resolveException(request, response, null, e);
        }
    }

    private boolean needsTransaction(HttpServletRequest request) {
        return endpoints
                .annotation(request, Idempotent.class)
                .filter(endpoint -> !endpoint.ownTransaction())
                .isPresent();
    }

    private void actOnce(HttpServletRequest request, byte[] body, HttpServletResponse response, FilterChain chain)
            throws IOException {
        Fingerprint fingerprint =
                Fingerprint.of(request).and(request.getContentType()).and(body);
        var buffered = new ContentCachingResponseWrapper(response);
        RecordedAnswer answer = idempotency.once(
                Call.of(request, fingerprint),
                () -> handle(request, buffered, chain),
                full -> secrets.removed(request, full));
        ProcessingTime.tell(request, response::setHeader);
        if (answer.repeated()) {
            repeat(secrets.restored(request, answer), response);
        } else {
            buffered.copyBodyToResponse();
        }
    }

    private static RecordedAnswer handle(
            HttpServletRequest request, ContentCachingResponseWrapper response, FilterChain chain) {
        try {
            chain.doFilter(request, response);
        } catch (IOException | ServletException e) {
            throw new IllegalStateException("a request was not handled", e);
        }
        return new RecordedAnswer(response.getStatus(), response.getContentAsByteArray(), false);
    }

    private static void repeat(RecordedAnswer answer, HttpServletResponse response) throws IOException {
        response.setStatus(answer.status());
        response.setHeader(RecordedAnswer.REPEATED, "true");
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(answer.body().length);
        response.getOutputStream().write(answer.body());
    }
}
