package io.attune.api;

import io.attune.json.HeapShare;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.support.MissingServletRequestPartException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Turns every exception of a request into the error object: before, in and after a controller. */
@RestControllerAdvice
class ErrorAdvice {

    private static final Logger log = LoggerFactory.getLogger(ErrorAdvice.class);
    private static final int RETRY_AFTER = 5; // s

    @ExceptionHandler
    ResponseEntity<ErrorBody> refused(ApiException error) {
        return answer(error, new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> unreadable(HttpMessageNotReadableException error, HttpServletRequest request) {
        byte[] body = BufferedRequest.bodyOf(request).orElseGet(() -> new byte[0]);
        return answer(BodyErrors.explain(error, body), new HttpHeaders());
    }

    @ExceptionHandler({NoHandlerFoundException.class, NoResourceFoundException.class})
    ResponseEntity<ErrorBody> unknownPath(HttpServletRequest request) {
        return answer(unknownPath(ErrorPage.place(request)), new HttpHeaders());
    }

    static ApiException unknownPath(String path) {
        return ApiException.refused(
                404, "unknown_url", "Unknown request URL: " + path + ". /docs lists the endpoints there are.");
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> wrongMethod(HttpRequestMethodNotSupportedException error) {
        String allowed = error.getSupportedHttpMethods() == null
                ? ""
                : error.getSupportedHttpMethods().stream()
                        .map(HttpMethod::name)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return answer(
                ApiException.refused(
                        405, "method_not_allowed", error.getMethod() + " is not allowed here, only " + allowed + "."),
                error.getHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> wrongType(HttpMediaTypeNotSupportedException error, HttpServletRequest request) {
        String given = request.getContentType() == null ? "missing" : request.getContentType();
        return answer(
                ApiException.refused(
                        415,
                        "unsupported_media_type",
                        "The Content-Type must be " + MediaType.toString(error.getSupportedMediaTypes()) + "; it is "
                                + given + "."),
                error.getHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> wrongAccept(HttpMediaTypeNotAcceptableException error) {
        return answer(
                ApiException.refused(
                        406,
                        "not_acceptable",
                        "The answer comes as " + MediaType.toString(error.getSupportedMediaTypes())
                                + ", which the Accept header does not allow."),
                new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> brokenMultipart(MultipartException error) {
        return answer(
                ApiException.refused(
                        400,
                        "invalid_multipart",
                        "The body is not well-formed multipart/form-data: "
                                + error.getMostSpecificCause().getMessage() + "."),
                new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> missingPart(MissingServletRequestPartException error) {
        return answer(ApiException.missingParameter(error.getRequestPartName()), new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> missingParameter(MissingServletRequestParameterException error) {
        return answer(ApiException.missingParameter(error.getParameterName()), new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> wrongParameter(MethodArgumentTypeMismatchException error) {
        String type = error.getRequiredType() == null ? "another type" : BodyErrors.nameOf(error.getRequiredType());
        return answer(
                ApiException.invalidValue(
                        error.getName(),
                        "'" + error.getName() + "' must be " + type + ", not '" + error.getValue() + "'."),
                new HttpHeaders());
    }

    /** Tomcat throws this exception when the first parameter of the query is read. */
    @ExceptionHandler
    ResponseEntity<ErrorBody> undecodableQuery(InvalidParameterException error) {
        return answer(
                ApiException.refused(
                        400,
                        "invalid_request",
                        "The query is malformed: every parameter must be UTF-8, percent-encoded where URLs want it."),
                new HttpHeaders());
    }

    @ExceptionHandler({
        CannotCreateTransactionException.class,
        DataAccessResourceFailureException.class,
        TransientDataAccessException.class
    })
    ResponseEntity<ErrorBody> databaseAway(Exception error) {
        log.warn("the database did not answer: {}", error.getMessage());
        return answer(ApiException.databaseUnavailable(), new HttpHeaders());
    }

    /** Parsing waited too long for heap that other parsing holds. */
    @ExceptionHandler
    ResponseEntity<ErrorBody> noHeap(HeapShare.Exhausted error) {
        return answer(
                ApiException.overloaded(
                        "Too much is being read at the moment. Repeat the request a little later.", RETRY_AFTER),
                new HttpHeaders());
    }

    /** Spring Security checks a parameter's name or a header only when the service reads it. */
    @ExceptionHandler
    ResponseEntity<ErrorBody> malformed(RequestRejectedException error) {
        return answer(ApiException.malformed(error), new HttpHeaders());
    }

    /** The client has closed the connection, so there is no answer. */
    @ExceptionHandler
    void clientGone(AsyncRequestNotUsableException error) {}

    @ExceptionHandler
    ResponseEntity<ErrorBody> anythingElse(Exception error) {
        if (error instanceof ErrorResponse response && response.getStatusCode().is4xxClientError()) {
            return answer(
                    ApiException.refused(
                            response.getStatusCode().value(),
                            "invalid_request",
                            response.getBody().getDetail()),
                    response.getHeaders());
        }
        Optional<ApiException> ofTheDatabase = DatabaseErrors.explain(error);
        if (ofTheDatabase.isPresent()) {
            log.warn("the database refused: {}", error.getMessage());
            return answer(ofTheDatabase.get(), new HttpHeaders());
        }
        log.error("a request failed", error);
        return answer(internal(), new HttpHeaders());
    }

    static ApiException internal() {
        return ApiException.serverError(
                500,
                "server_error",
                "Something went wrong here. The service's log has it under this answer's x-request-id.");
    }

    /** Sets the type JSON, because an error is JSON for every value of the header Accept. */
    private static ResponseEntity<ErrorBody> answer(ApiException error, HttpHeaders headers) {
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(error.status()).headers(headers).contentType(MediaType.APPLICATION_JSON);
        if (error.isFinalAnswer()) {
            answer.header("x-should-retry", "false");
        }
        if (error.retryAfter() != null) {
            answer.header(HttpHeaders.RETRY_AFTER, error.retryAfter().toString());
        }
        return answer.body(error.body());
    }
}
