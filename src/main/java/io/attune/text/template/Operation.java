package io.attune.text.template;

/** What a filter, test or method does. */
interface Operation<R> {

    R apply(Values values, Object subject, Arguments arguments);
}
