package io.attune.api.idempotency;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A call of the endpoint acts once, even if the client sends it several times. {@link Idempotency} has the rules.
 *
 * <p>Every changing endpoint under {@code /v1} has this annotation or {@link ReadOnly}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {

    /**
     * Whether the endpoint begins the transaction itself with {@link Idempotency#once}. Choose this for an endpoint
     * that works slowly before its effect, or that reads a multipart body. Otherwise the whole handling of the call
     * is one transaction, and its answer is held back until the commit.
     */
    boolean ownTransaction() default false;
}
