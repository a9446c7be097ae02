package io.attune.text.template;

import java.util.List;
import java.util.Map;

/**
 * What a filter, test, method or function was given, in the order of its parameters.
 *
 * @param values one for each parameter; {@link #ABSENT} where none was given
 * @param more what was passed beyond the parameters, where the signature takes that
 */
record Arguments(Object[] values, Passed more) {

    static final Object ABSENT = new Object();

    boolean has(int parameter) {
        return values[parameter] != ABSENT;
    }

    Object get(int parameter) {
        return values[parameter];
    }

    Object get(int parameter, Object otherwise) {
        return has(parameter) ? values[parameter] : otherwise;
    }

    boolean flag(int parameter, boolean otherwise) {
        return has(parameter) ? Values.isTrue(values[parameter]) : otherwise;
    }

    int integer(int parameter, int otherwise) {
        return has(parameter) ? Numbers.index(values[parameter]) : otherwise;
    }

    /** A parameter that has to be a string. */
    String string(int parameter) {
        Object value = values[parameter];
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Markup markup) {
            return markup.text();
        }
        Undefined.refuse(value);
        throw new TemplateException("The chat template passes " + Values.type(value) + " where a string is needed.");
    }

    /** A parameter that has to be a string; null where it is None or was not given. */
    String stringOrNull(int parameter) {
        return has(parameter) && values[parameter] != null ? string(parameter) : null;
    }

    List<Object> morePositional() {
        return more.positional();
    }

    Map<String, Object> moreNamed() {
        return more.named();
    }
}
