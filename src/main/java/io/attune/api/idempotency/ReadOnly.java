package io.attune.api.idempotency;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The endpoint changes nothing, although its HTTP method could. The service handles a repeated call again. No
 * transaction surrounds the call, and nothing holds the answer back, so the endpoint may stream.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ReadOnly {}
