package io.attune.http;

import io.attune.api.ApiException;
import io.attune.api.BrokenAnswer;
import io.attune.api.Endpoints;
import io.attune.api.ErrorWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Holds every body and every answer to the pace of the rule, and lets only some long calls in. A body that comes is a
 * long call for as long as it comes.
 *
 * <p>Stands behind Spring Security (order -100), which says who calls and lets nobody wait who has no key, and before
 * all that reads bodies.
 */
@Component
@Order(-50)
class TransferFilter extends OncePerRequestFilter {

    private final Pace.Rule rule;
    private final LongCalls calls;
    private final Endpoints endpoints;
    private final ErrorWriter errors;

    TransferFilter(Pace.Rule rule, LongCalls calls, Endpoints endpoints, ErrorWriter errors) {
        this.rule = rule;
        this.calls = calls;
        this.endpoints = endpoints;
        this.errors = errors;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var paced = new PacedRequest(request, new Pace(rule), () -> calls.enter(caller(request)));
        try {
            if (endpoints.annotation(request, LongCall.class).isPresent()) {
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

    private static String caller(HttpServletRequest request) {
        Principal caller = request.getUserPrincipal();
        return caller == null ? request.getRemoteAddr() : caller.getName();
    }
}
