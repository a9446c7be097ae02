package io.attune.api;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says in the API's words what Jackson found wrong with a body: which field, and what it should be. */
final class BodyErrors {

    private BodyErrors() {}

    static ApiException explain(HttpMessageNotReadableException error) {
        Throwable cause = error.getCause();
        if (cause instanceof UnrecognizedPropertyException unknown) {
            return ApiException.unknownParameter(path(unknown));
        }
        if (cause instanceof StreamConstraintsException) {
            return ApiException.tooLarge(null, "The body is too large: " + firstSentence(cause) + ".");
        }
        if (cause instanceof StreamReadException malformed) {
            return ApiException.refused(
                    400,
                    "invalid_json",
                    "The body is not valid JSON (" + place(malformed) + "): " + firstSentence(malformed) + ".");
        }
        if (cause instanceof DatabindException wrong) {
            if (wrong.getCause() instanceof ApiException refusal) {
                return refusal; // a record's own check
            }
            String param = path(wrong);
            if (param.isEmpty()) {
                return ApiException.refused(400, "invalid_json", "The body must be one JSON object.");
            }
            Class<?> type = wrong instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
            return ApiException.invalidValue(
                    param,
                    type == null
                            ? "'" + param + "' cannot be read: " + firstSentence(wrong) + "."
                            : "'" + param + "' must be " + nameOf(type) + ".");
        }
        return ApiException.refused(
                400, "invalid_json", "The body is missing or cannot be read: it must be a JSON object.");
    }

    /** Such as {@code method.supervised.hyperparameters.n_epochs} or {@code integrations[0].type}. */
    private static String path(DatabindException error) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : error.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }

    /** What a value of the type looks like in JSON. */
    static String nameOf(Class<?> type) {
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "an integer";
        }
        if (Number.class.isAssignableFrom(type) || type == double.class || type == float.class) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "a string";
        }
        if (type.isEnum()) {
            return List.of(type.getEnumConstants()).stream()
                    .map(value -> "'" + value.toString().toLowerCase(Locale.ROOT) + "'")
                    .collect(Collectors.joining(" or "));
        }
        if (type.isArray() || Iterable.class.isAssignableFrom(type)) {
            return "an array";
        }
        return "an object";
    }

    private static String place(JacksonException error) {
        return error.getLocation() == null
                ? "place unknown"
                : "line " + error.getLocation().getLineNr() + ", column "
                        + error.getLocation().getColumnNr();
    }

    private static String firstSentence(Throwable error) {
        String message = error instanceof JacksonException json ? json.getOriginalMessage() : error.getMessage();
        return message.lines()
                .findFirst()
                .orElse("")
                .replaceAll(", from `[^`]*`", "") // where Jackson has its limit
                .replaceAll("[.:;\\s]+$", "");
    }
}
