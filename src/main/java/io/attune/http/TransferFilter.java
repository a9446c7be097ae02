package io.attune.http;

import io.attune.api.ApiException;
import io.attune.api.BrokenAnswer;
import io.attune.api.ErrorWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Holds every body and every answer to the pace of the rule, and lets only some long calls in. A body that comes is a long call for as long as it
 * comes.
 *
 * <p>Stands behind Spring Security (order -100), which says who calls and lets nobody wait who has no key, and before all that reads bodies.
 */
@Component
@Order(-50)
class TransferFilter extends OncePerRequestFilter {

    private record LongPath(String method, PathPattern path) {}

    private final Pace.Rule rule;
    private final LongCalls calls;
    private final List<LongPath> longPaths;
    private final ErrorWriter errors;

    TransferFilter(Pace.Rule rule, LongCalls calls, ObjectProvider<LongCall> longCalls, ErrorWriter errors) {
        this.rule = rule;
        this.calls = calls;
        this.longPaths = longCalls.stream()
                .map(call -> new LongPath(call.method(), PathPatternParser.defaultInstance.parse(call.path())))
                .toList();
        this.errors = errors;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var paced = new PacedRequest(request, new Pace(rule), () -> calls.enter(caller(request)));
        try {
            if (isLong(request)) {
                paced.enter();
            }
        } catch (ApiException e) {
            errors.write(response, e);
            return;
        }
        try {
            chain.doFilter(paced, new PacedResponse(response, new Pace(rule), () -> BrokenAnswer.mark(request)));
        } finally {
            paced.leave();
        }
    }

    private boolean isLong(HttpServletRequest request) {
        PathContainer path = PathContainer.parsePath(request.getRequestURI());
        return longPaths.stream()
                .anyMatch(call ->
                        call.method().equals(request.getMethod()) && call.path().matches(path));
    }

    private static String caller(HttpServletRequest request) {
        Principal caller = request.getUserPrincipal();
        return caller == null ? request.getRemoteAddr() : caller.getName();
    }
}
