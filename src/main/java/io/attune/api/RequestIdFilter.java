package io.attune.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every answer an {@code x-request-id}. Clients print this id in errors. Every log line of the request shows
 * the same id, followed by the client's own id ({@code X-Client-Request-Id}) if there is one. Also adds the error
 * object to an error without a body.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestIdFilter extends OncePerRequestFilter {

    static final String HEADER = "x-request-id";

    private static final String CLIENTS_HEADER = "X-Client-Request-Id";
    private static final String LOGGED = "request";

    private final ErrorWriter errors;

    RequestIdFilter(ErrorWriter errors) {
        this.errors = errors;
    }

    static String newId() {
        return "req_" + Ids.random(24);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String id = newId();
        response.setHeader(HEADER, id);
        ProcessingTime.start(request);
        MDC.put(LOGGED, id + clientsId(request));
        try {
            chain.doFilter(request, response);
            if (response.getStatus() >= 400 && response.getContentType() == null && !request.isAsyncStarted()) {
                errors.write(response, ErrorPage.ofStatus(response.getStatus(), ErrorPage.place(request)));
            }
        } finally {
            MDC.remove(LOGGED);
        }
    }

    /**
     * Returns the client's id if OpenAI would accept it: printable ASCII, at most 512 characters. Other text must not
     * reach the log.
     */
    private static String clientsId(HttpServletRequest request) {
        String id = request.getHeader(CLIENTS_HEADER);
        return id != null && id.matches("[\\x21-\\x7e]{1,512}") ? " " + id : "";
    }
}
