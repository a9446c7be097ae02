package io.attune.api;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers with the error object when a filter or the servlet container refused the request. */
@Hidden
@RestController
class ErrorPage implements ErrorController {

    private final ErrorWriter errors;

    ErrorPage(ErrorWriter errors) {
        this.errors = errors;
    }

    /** @throws Exception the exception of a filter; {@link ErrorAdvice} explains it */
    @RequestMapping("${server.error.path:/error}")
    void answer(HttpServletRequest request, HttpServletResponse response) throws Exception {
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 404;
        if (status >= 500 && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Exception failure) {
            throw failure;
        }
        Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        errors.write(response, ofStatus(status, path == null ? place(request) : path.toString()));
    }

    /** Returns method and path, such as {@code GET /v1/files}. */
    static String place(HttpServletRequest request) {
        return request.getMethod() + " " + request.getRequestURI();
    }

    static ApiException ofStatus(int status, String path) {
        return switch (status) {
            case 404 -> ErrorAdvice.unknownPath(path);
            case 405 -> ApiException.refused(405, "method_not_allowed", "This method is not allowed here.");
            case 501 ->
                ApiException.refused(
                        501,
                        "not_implemented",
                        "This method or transfer encoding is not known here. Send it otherwise.");
            case 505 -> ApiException.refused(505, "not_implemented", "HTTP/1.1 and HTTP/1.0 are spoken here.");
            default ->
                status < 500
                        ? ApiException.refused(
                                status,
                                "invalid_request",
                                "The request is malformed: its first line, its path, a header or its body is not well-formed"
                                        + " HTTP, or its headers are too long.")
                        : ErrorAdvice.internal();
        };
    }
}
