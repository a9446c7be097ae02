package io.attune.text.template;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * Python's values. None is null, bool {@code Boolean}, int {@code Long} or {@code BigInteger}, float
 * {@code Double}, str {@code String}, list {@code List}, dict {@code Map} in insertion order. Other values are
 * {@link Tuple}, {@link Range}, {@link DictView}, {@link Generator}, {@link Markup}, {@link Namespace},
 * {@link Cycler}, {@link Undefined} and implementations of {@link Callable}.
 */
final class Values {

    private Values() {}

    static boolean isTrue(Object value) {
        if (value instanceof Boolean b) {
            return b;
        }
        if (value instanceof String s) {
            return !s.isEmpty();
        }
        if (value == null || value instanceof Undefined) {
            return false;
        }
        if (value instanceof List<?> list) {
            return Items.has(list, 0);
        }
        if (value instanceof Map<?, ?> m) {
            return !m.isEmpty();
        }
        if (value instanceof Double d) {
            return d != 0;
        }
        if (value instanceof Number number) {
            return number instanceof BigInteger i ? i.signum() != 0 : number.longValue() != 0;
        }
        if (value instanceof Tuple tuple) {
            return !tuple.items().isEmpty();
        }
        if (value instanceof Markup markup) {
            return !markup.text().isEmpty();
        }
        if (value instanceof Bytes bytes) {
            return !bytes.latin1().isEmpty();
        }
        return !(value instanceof DictView view) || !view.dict().isEmpty();
    }

    /** Names the type of a value, for messages. */
    static String type(Object value) {
        if (value == null) {
            return "None";
        }
        if (isString(value)) {
            return "a string";
        }
        if (value instanceof Boolean) {
            return "a boolean";
        }
        if (value instanceof Number) {
            return "a number";
        }
        if (value instanceof List
                || value instanceof Tuple
                || value instanceof DictView
                || value instanceof Generator) {
            return "a list";
        }
        if (value instanceof Map) {
            return "an object";
        }
        return value instanceof Callable ? "a function" : "a value";
    }

    static boolean isString(Object value) {
        return value instanceof String || value instanceof Markup;
    }

    static Object call(Run run, Object callee, Passed passed) {
        if (callee instanceof Callable callable) {
            run.budget().step(1);
            return callable.call(run, passed);
        }
        Undefined.refuse(callee);
        throw new TemplateException("The chat template calls " + type(callee) + " as a function.");
    }

    /** {@code ~} inside autoescape: the result is HTML if at least one part is. */
    static Object joined(Run run, List<Object> parts) {
        boolean markup = parts.stream().anyMatch(Markup.class::isInstance);
        StringBuilder text = new StringBuilder();
        for (Object part : parts) {
            String next = markup ? Markup.of(run, part) : Printing.text(run, part);
            run.budget().extend(text, next.length());
            text.append(next);
        }
        return markup ? new Markup(text.toString()) : text.toString();
    }
}
