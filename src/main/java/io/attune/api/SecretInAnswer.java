package io.attune.api;

import java.util.Optional;
import java.util.function.Function;

/**
 * Names a secret in the answers of an endpoint. Recorded answers ({@link Repeats}) do not hold it: a repeat is told it anew, if it is still there.
 * Made as a bean beside the endpoint.
 *
 * @param path of the endpoint, such as {@code /v1/webhook_endpoints}
 * @param field of its answer that holds the secret
 * @param ofId the secret of what the answer's {@code id} names
 */
public record SecretInAnswer(String path, String field, Function<String, Optional<String>> ofId) {}
