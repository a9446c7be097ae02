package io.attune.api;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.annotation.Annotation;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Gives filters the annotations of an endpoint. An endpoint is the method of a controller that handles a request. Its
 * annotations say what a filter must do before that method runs.
 */
@Component
public class Endpoints {

    private static final String FOUND = Endpoints.class.getName() + ".endpoint";

    private final RequestMappingHandlerMapping mapping;

    Endpoints(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        this.mapping = mapping;
    }

    /**
     * Returns the annotation of the request's endpoint. Returns an empty result if the endpoint does not have it, or
     * if no endpoint handles the request.
     */
    public <A extends Annotation> Optional<A> annotation(HttpServletRequest request, Class<A> type) {
        return endpoint(request).map(endpoint -> endpoint.getMethodAnnotation(type));
    }

    /** Looks once for each request: several filters ask. */
    @SuppressWarnings("unchecked") // only this method writes the attribute
    private Optional<HandlerMethod> endpoint(HttpServletRequest request) {
        var known = (Optional<HandlerMethod>) request.getAttribute(FOUND);
        if (known != null) {
            return known;
        }
        Optional<HandlerMethod> found = find(request);
        request.setAttribute(FOUND, found);
        return found;
    }

    private Optional<HandlerMethod> find(HttpServletRequest request) {
        if (!ServletRequestPathUtils.hasParsedRequestPath(request)) {
            ServletRequestPathUtils.parseAndCache(request);
        }
        HandlerExecutionChain chain;
        try {
            chain = mapping.getHandler(request);
        } catch (ServletException e) {
            return Optional.empty(); // the dispatcher will answer with this error
        } catch (Exception e) {
            throw new IllegalStateException("the endpoint of a request cannot be found", e);
        }
        return Optional.ofNullable(chain)
                .map(HandlerExecutionChain::getHandler)
                .filter(HandlerMethod.class::isInstance)
                .map(HandlerMethod.class::cast);
    }
}
