package io.attune.api;

import io.attune.json.JsonFault;
import io.attune.json.StrictJson;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Explains in the API's words why Jackson refused a body: which field is wrong, and which value it needs. */
final class BodyErrors {

    private BodyErrors() {}

    /** @param body the bytes of the body, or an empty array if they are not known */
    static ApiException explain(HttpMessageNotReadableException error, byte[] body) {
        Throwable cause = error.getCause();
        if (cause instanceof UnrecognizedPropertyException unknown) {
            return ApiException.unknownParameter(path(unknown));
        }
        if (cause instanceof DatabindException wrong && wrong.getCause() instanceof ApiException refusal) {
            return refusal; // the constructor of a record refused its fields
        }
        String param = cause instanceof JacksonException wrong ? path(wrong) : "";
        if (cause instanceof MismatchedInputException mismatch && !param.isEmpty()) {
            return notOfType(param, mismatch.getTargetType());
        }
        if (cause instanceof InputCoercionException number && !param.isEmpty()) {
            return notOfType(param, number.getTargetType());
        }
        if (cause instanceof StreamConstraintsException) {
            return ApiException.tooLarge(null, "The body is too large: " + StrictJson.problem(body));
        }
        Optional<JsonFault> fault = body.length == 0 ? Optional.empty() : StrictJson.fault(body);
        if (fault.isPresent()) {
            return notJson("The body is not valid JSON (" + fault.get().place() + "): "
                    + fault.get().getMessage());
        }
        if (!param.isEmpty()) {
            return notOfType(param, null);
        }
        return notJson(
                cause instanceof JacksonException
                        ? "The body must be one JSON object."
                        : "The body is missing or cannot be read: it must be a JSON object.");
    }

    private static ApiException notOfType(String param, Class<?> type) {
        return ApiException.invalidValue(
                param, "'" + param + "' " + (type == null ? "cannot be read." : "must be " + nameOf(type) + "."));
    }

    private static ApiException notJson(String message) {
        return ApiException.refused(400, "invalid_json", message);
    }

    /**
     * Returns the path of a field, such as {@code method.supervised.hyperparameters.n_epochs} or
     * {@code integrations[0].type}.
     */
    private static String path(JacksonException error) {
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

    /** Returns a description of the JSON values that fit a type. */
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
}
