package io.attune.api;

import io.attune.json.HeapShare;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.util.ContentCachingResponseWrapper;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Runs every changing call with a JSON body, or none, by the rules of {@link Repeats}: its whole handling is one transaction, and the answer
 * is sent when that is committed. The body is read before the transaction begins, so that a slow client holds no connection.
 *
 * <p>Comes behind Spring Security (order -100), which says who calls.
 */
@Component
@Order(0)
class RepeatFilter extends OncePerRequestFilter {

    private static final Set<String> CHANGING = Set.of("POST", "DELETE");

    /** Of the heap, for the bodies that are parsed at the same time. Short ones, so no one waits long. */
    private static final int BODIES_SHARE = 16;

    private record Longer(PathPattern path, int most) {}

    private final Repeats repeats;
    private final List<PathPattern> guardedByThemselves;
    private final List<Longer> longBodies;
    private final int longestBody;
    private final HeapShare heap = HeapShare.ofHeap(BODIES_SHARE);
    private final AnswerSecrets secrets;
    private final HandlerExceptionResolver exceptions;

    RepeatFilter(
            Repeats repeats,
            ObjectProvider<GuardedByItself> guardedByThemselves,
            ObjectProvider<LongBody> longBodies,
            @Value("${attune.max-json-bytes}") DataSize longestBody,
            AnswerSecrets secrets,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver exceptions) {
        this.repeats = repeats;
        this.guardedByThemselves = guardedByThemselves.stream()
                .map(endpoint -> PathPatternParser.defaultInstance.parse(endpoint.path()))
                .toList();
        this.longBodies = longBodies.stream()
                .map(body -> new Longer(PathPatternParser.defaultInstance.parse(body.path()), body.most()))
                .toList();
        this.longestBody = Math.toIntExact(longestBody.toBytes());
        this.secrets = secrets;
        this.exceptions = exceptions;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String type = request.getContentType();
        return !CHANGING.contains(request.getMethod())
                || !request.getServletPath().startsWith("/v1/")
                || type != null && type.regionMatches(true, 0, "multipart/", 0, "multipart/".length());
    }

    private boolean isGuardedByItself(PathContainer path) {
        return guardedByThemselves.stream().anyMatch(guarded -> guarded.matches(path));
    }

    private int longestBody(PathContainer path) {
        return longBodies.stream()
                .filter(longer -> longer.path().matches(path))
                .mapToInt(Longer::most)
                .reduce(longestBody, Math::max);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            PathContainer path = PathContainer.parsePath(request.getRequestURI());
            byte[] body = body(request, longestBody(path));
            // waited for before a database connection is held
            try (HeapShare.Lease parsing = heap.take((long) body.length * HeapShare.PER_BYTE)) {
                if (isGuardedByItself(path)) {
                    chain.doFilter(new ReadRequest(request, body), response);
                } else {
                    actOnce(request, body, response, chain);
                }
            }
        } catch (RuntimeException e) {
            exceptions.resolveException(request, response, null, e);
        }
    }

    private void actOnce(HttpServletRequest request, byte[] body, HttpServletResponse response, FilterChain chain)
            throws IOException {
        Fingerprint fingerprint =
                Fingerprint.of(request).and(request.getContentType()).and(body);
        var buffered = new ContentCachingResponseWrapper(response);
        RecordedAnswer answer = repeats.once(
                Call.of(request, fingerprint),
                () -> handle(new ReadRequest(request, body), buffered, chain),
                full -> secrets.removed(request, full));
        ProcessingTime.tell(request, response::setHeader);
        if (answer.repeated()) {
            repeat(secrets.restored(request, answer), response);
        } else {
            buffered.copyBodyToResponse();
        }
    }

    /** The whole body. @throws ApiException when it is longer than {@code most} bytes, or broken on its way */
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
