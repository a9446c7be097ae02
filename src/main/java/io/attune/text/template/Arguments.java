package io.attune.text.template;

import java.util.List;
import java.util.Map;

/**
 * The arguments of a call of a filter, test, method or function, in the order of the parameters.
 *
 * @param values one value for each parameter; {@link #ABSENT} for a parameter without an argument
 * @param more further arguments, if the signature accepts them
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

    /** Returns the argument of a parameter that has to be a string. */
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

    /** Returns the argument of a parameter that has to be a string; null if the argument is None or absent. */
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
