package io.attune.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The endpoint takes longer JSON bodies than the setting {@code attune.max-json-bytes} allows. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface LongBody {

    /** The longest body in bytes. A larger setting wins. */
    int bytes();
}
