package io.attune.api;

import java.util.Collection;
import java.util.stream.Collectors;
import org.springframework.security.web.firewall.RequestRejectedException;

/**
 * An error answer to a request, as the client receives it: {@code {"error": {"message", "type", "param", "code"}}}
 * and an HTTP status.
 *
 * <p>The factory methods list the errors of the API. Every message is a sentence. It says what is wrong and,
 * where possible, what the client can do.
 */
public final class ApiException extends RuntimeException {

    private static final String INVALID_REQUEST = "invalid_request_error";
    private static final String SERVER_ERROR = "server_error";

    private final int status;
    private final String type;
    private final String code;
    private final String param;
    private final boolean finalAnswer;
    private final Integer retryAfter;

    private ApiException(
            int status,
            String type,
            String code,
            String param,
            String message,
            boolean finalAnswer,
            Integer retryAfter) {
        super(message, null, false, false);
        this.retryAfter = retryAfter;
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
        this.finalAnswer = finalAnswer;
    }

    private static ApiException invalidRequest(int status, String code, String param, String message) {
        return new ApiException(status, INVALID_REQUEST, code, param, message, false, null);
    }

    /** 401: the key is missing or unknown. */
    public static ApiException invalidApiKey(String message) {
        return invalidRequest(401, "invalid_api_key", null, message);
    }

    /** 404: nothing exists at this path, such as {@code No such job: ftjob-abc.} */
    public static ApiException notFound(String message) {
        return invalidRequest(404, "not_found", null, message);
    }

    /** 404: no model has this name. The name is in the path or in the body. */
    public static ApiException modelNotFound(String model) {
        return invalidRequest(
                404,
                "model_not_found",
                "model",
                "The model `" + model + "` does not exist. GET /v1/models lists the models there are.");
    }

    /** 400: the value of a field is out of range or has the wrong type. */
    public static ApiException invalidValue(String param, String message) {
        return invalidRequest(400, "invalid_value", param, message);
    }

    /** 400: the endpoint does not know this field. */
    public static ApiException unknownParameter(String param) {
        return invalidRequest(400, "unknown_parameter", param, "Unknown parameter: '" + param + "'.");
    }

    /**
     * Like {@link #unknownParameter(String)}, with a suggestion.
     *
     * @param meant a field that the client may have meant, or null
     */
    public static ApiException unknownParameter(String param, String meant) {
        return meant == null
                ? unknownParameter(param)
                : invalidRequest(
                        400,
                        "unknown_parameter",
                        param,
                        "Unknown parameter: '" + param + "'. Did you mean '" + meant + "'?");
    }

    /**
     * 400: the endpoint does not know this query parameter.
     *
     * @param known the query parameters that the endpoint knows
     */
    static ApiException unknownQueryParameter(String param, Collection<String> known) {
        String way = known.isEmpty()
                ? "This endpoint takes none in its query."
                : "This endpoint takes "
                        + known.stream()
                                .map(name -> name.endsWith("[") ? name + "...]" : name)
                                .collect(Collectors.joining(", "))
                        + ".";
        return invalidRequest(400, "unknown_parameter", param, "Unknown parameter: '" + param + "'. " + way);
    }

    /** 400: a required field is missing. */
    public static ApiException missingParameter(String param) {
        return invalidRequest(400, "missing_required_parameter", param, "Missing required parameter: '" + param + "'.");
    }

    /** 400: the body names a file that is unknown, deleted or of another purpose. */
    public static ApiException invalidFile(String param, String message) {
        return invalidRequest(400, "invalid_file", param, message);
    }

    /** 400: a row of an uploaded file is invalid. The message names line and field. */
    public static ApiException invalidFileFormat(String message) {
        return invalidRequest(400, "invalid_file_format", "file", message);
    }

    /**
     * 400: OpenAI supports this, but Attune does not.
     *
     * @param what completes the code: {@code unsupported_what}
     */
    public static ApiException unsupported(String what, String param, String message) {
        return invalidRequest(400, "unsupported_" + what, param, message);
    }

    /**
     * 400: the request is well formed, but the state does not allow it. The answer tells clients not to repeat the
     * request.
     */
    public static ApiException conflict(String code, String message) {
        return new ApiException(400, INVALID_REQUEST, code, null, message, true, null);
    }

    /** 408: the body arrives too slowly. */
    public static ApiException tooSlow(String message) {
        return invalidRequest(408, "request_timeout", null, message);
    }

    /** 413: the body or a file is too large. */
    public static ApiException tooLarge(String param, String message) {
        return invalidRequest(413, "too_large", param, message);
    }

    /** 416: a download asks for bytes outside the file. */
    public static ApiException rangeNotSatisfiable(String message) {
        return invalidRequest(416, "range_not_satisfiable", "Range", message);
    }

    /** Another status, such as 405 or 415: the form of the request is wrong. */
    static ApiException refused(int status, String code, String message) {
        return invalidRequest(status, code, null, message);
    }

    /** 503: the database does not answer at the moment. */
    public static ApiException databaseUnavailable() {
        return unavailable("database_unavailable", "The database does not answer at the moment. Repeat the request.");
    }

    /**
     * 507: a disk is full. The answer tells clients not to repeat the request, because an operator must make room
     * first.
     *
     * @param problem a sentence that names the disk
     */
    public static ApiException noSpace(String problem) {
        return new ApiException(
                507,
                SERVER_ERROR,
                "no_space",
                null,
                problem + " Nothing was stored. Repeat the request when the operator has made room.",
                true,
                null);
    }

    /** 503: the service cannot answer now, but may answer a repeated request. */
    public static ApiException unavailable(String code, String message) {
        return serverError(503, code, message);
    }

    /**
     * 503: the service has too much work at the moment.
     *
     * @param retryAfter seconds after which there may be room
     */
    public static ApiException overloaded(String message, int retryAfter) {
        return new ApiException(503, "server_error", "overloaded", null, message, false, retryAfter);
    }

    /**
     * 429: the client already uses all that it may use at once.
     *
     * @param retryAfter seconds after which there may be room
     */
    public static ApiException busy(String code, String message, int retryAfter) {
        return new ApiException(429, "rate_limit_error", code, null, message, false, retryAfter);
    }

    /**
     * 400: Spring Security refuses the request. The message gives its reason without the value of a header, because
     * the value may be a key.
     */
    static ApiException malformed(RequestRejectedException rejection) {
        String why = rejection.getMessage().replaceFirst("(?s)has a value .* that is", "has a value that is");
        return refused(400, "invalid_request", "The request is malformed: " + why);
    }

    /** 500 or 503: the service is at fault, not the client. */
    static ApiException serverError(int status, String code, String message) {
        return new ApiException(status, SERVER_ERROR, code, null, message, false, null);
    }

    public int status() {
        return status;
    }

    /** Returns whether the answer tells clients not to repeat the request ({@code x-should-retry: false}). */
    public boolean isFinalAnswer() {
        return finalAnswer;
    }

    /** Returns the seconds after which clients should repeat the request ({@code Retry-After}), or null. */
    public Integer retryAfter() {
        return retryAfter;
    }

    /** Returns the body of the answer. */
    public ErrorBody body() {
        return ErrorBody.of(getMessage(), type, param, code);
    }
}
