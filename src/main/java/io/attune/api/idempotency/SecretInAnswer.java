package io.attune.api.idempotency;

import java.util.Optional;
import java.util.function.Function;

/**
 * Names a secret in the answers of an endpoint. Recorded answers ({@link Idempotency}) do not hold it. A repeated
 * answer gets it again, if it still exists. The package of the endpoint defines this bean.
 *
 * @param path path of the endpoint, such as {@code /v1/webhook_endpoints}
 * @param field field of the answer that holds the secret
 * @param ofId finds the secret by the {@code id} in the answer
 */
public record SecretInAnswer(String path, String field, Function<String, Optional<String>> ofId) {}
