package io.attune.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Lets an endpoint take longer JSON bodies than the setting {@code attune.max-json-bytes} allows. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface LongBody {

    /** The longest body in bytes. If the setting is larger, the setting applies. */
    int bytes();
}
