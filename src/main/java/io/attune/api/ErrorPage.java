package io.attune.api;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The last resort: what a filter or the container refused comes here, and answers the error object too. */
@Hidden
@RestController
class ErrorPage implements ErrorController {

    private final ErrorWriter errors;

    ErrorPage(ErrorWriter errors) {
        this.errors = errors;
    }

    @RequestMapping("${server.error.path:/error}")
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        errors.write(
                response,
                ofStatus(status instanceof Integer code ? code : 404, path == null ? "this path" : path.toString()));
    }

    static ApiException ofStatus(int status, String path) {
        return switch (status) {
            case 404 -> ErrorAdvice.unknownPath(path);
            case 405 -> ApiException.refused(405, "method_not_allowed", "This method is not allowed here.");
            default ->
                status < 500
                        ? ApiException.refused(status, "invalid_request", "The request is malformed.")
                        : ErrorAdvice.internal();
        };
    }
}
