package io.attune.api;

import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses query parameters that the endpoint does not know. Otherwise a mistyped {@code limt=5} would look like a
 * complete list. Also refuses a repeated parameter, and a parameter with characters that the database cannot store.
 * Endpoints that are hidden from the API description check their own parameters.
 */
class QueryParameters implements HandlerInterceptor {

    /**
     * The names of an endpoint's parameters. A name that ends in {@code [} means all names that begin with it, such
     * as {@code metadata[key]}.
     */
    private final Map<Method, Set<String>> known = new ConcurrentHashMap<>();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getQueryString() != null
                && handler instanceof HandlerMethod endpoint
                && !endpoint.getBeanType().isAnnotationPresent(Hidden.class)) {
            check(request.getQueryString(), known.computeIfAbsent(endpoint.getMethod(), method -> of(endpoint)));
        }
        return true;
    }

    private static void check(String query, Set<String> known) {
        Set<String> seen = new HashSet<>();
        for (String pair : query.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            String name = decode(pair.split("=", 2)[0]);
            if (!known.contains(family(name))) {
                throw ApiException.unknownQueryParameter(name, known);
            }
            if (!seen.add(name)) {
                throw ApiException.invalidValue(name, "'" + name + "' is given twice.");
            }
            if (!StorableText.isStorable(decode(pair))) {
                throw ApiException.invalidValue(name, "'" + name + "' must not hold NUL characters.");
            }
        }
    }

    /** Returns {@code metadata[} for {@code metadata[key]}, and any other name unchanged. */
    private static String family(String name) {
        int bracket = name.indexOf('[');
        return bracket > 0 && name.endsWith("]") ? name.substring(0, bracket + 1) : name;
    }

    private static String decode(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiException.refused(
                    400, "invalid_request", "The query is malformed: a '%' needs two hexadecimal digits.");
        }
    }

    private static Set<String> of(HandlerMethod endpoint) {
        Set<String> names = new TreeSet<>();
        Arrays.stream(endpoint.getMethodParameters())
                .filter(parameter -> parameter.hasParameterAnnotation(RequestParam.class))
                .forEach(parameter -> {
                    if (Map.class.isAssignableFrom(parameter.getParameterType())) {
                        String name = parameter
                                .getParameterAnnotation(Parameter.class)
                                .name();
                        names.add(name);
                        names.add(name + "[");
                    } else {
                        names.add(nameOf(parameter));
                    }
                });
        return names;
    }

    private static String nameOf(MethodParameter parameter) {
        String name = parameter.getParameterAnnotation(RequestParam.class).name();
        parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
        return name.isEmpty() ? parameter.getParameterName() : name;
    }
}
