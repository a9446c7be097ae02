package io.attune.text.template;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks up attributes and items of values by the rules of Jinja's immutable sandbox. */
final class Attributes {

    /** Methods that change a list or dict. The sandbox hides them. */
    private static final Set<String> CHANGES_LIST =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

    private static final Set<String> CHANGES_DICT = Set.of("clear", "pop", "popitem", "setdefault", "update");

    /** Attributes of Python's numbers. Templates do not use them, so they are not built. */
    private static final Set<String> OF_NUMBERS = Set.of(
            "as_integer_ratio",
            "bit_count",
            "bit_length",
            "conjugate",
            "denominator",
            "from_bytes",
            "fromhex",
            "hex",
            "imag",
            "is_integer",
            "numerator",
            "real",
            "to_bytes");

    private Attributes() {}

    /** {@code object.name} */
    static Object attribute(Run run, Object object, String name) {
        if (object instanceof Map<?, ?> map) {
            if (isHidden(name) || CHANGES_DICT.contains(name)) {
                return Undefined.hidden(name, object);
            }
            Method method = Method.ofDict(name);
            if (method != null) {
                run.budget().produceItems(1);
                return new BoundMethod(method, map);
            }
            return member(map, name);
        }
        return own(run, object, name);
    }

    /** Whether Python itself uses the name. The sandbox hides such names. */
    private static boolean isHidden(String name) {
        return name.startsWith("__") && name.endsWith("__");
    }

    private static Object member(Map<?, ?> map, String name) {
        Object value = map.get(name);
        return value != null || map.containsKey(name) ? value : Undefined.missing("'" + name + "' of an object");
    }

    /** {@code object[key]} */
    static Object item(Run run, Object object, Object key) {
        if (object instanceof Map<?, ?> map) {
            Object value = Dicts.canBeKey(run, key) ? Dicts.get(run, map, key, Frame.MISSING) : Frame.MISSING;
            if (value != Frame.MISSING) {
                return value;
            }
            return Values.isString(key) ? attribute(run, object, Text.of(key)) : missingItem(object);
        }
        boolean sequence = object instanceof List || object instanceof Tuple || Values.isString(object);
        if (sequence && (key instanceof Boolean || Numbers.isInteger(key))) {
            return Items.at(run, object, key);
        }
        if (Values.isString(key)) {
            return own(run, object, Text.of(key));
        }
        Undefined.refuse(object);
        return missingItem(object);
    }

    private static Undefined missingItem(Object object) {
        return Undefined.missing("an item of " + Values.type(object));
    }

    /** Returns an attribute that the value's type has in Python, and not a key of a dict. */
    static Object own(Run run, Object object, String name) {
        Undefined.refuse(object);
        if (name.startsWith("_") || object instanceof Map && CHANGES_DICT.contains(name)) {
            return Undefined.hidden(name, object);
        }
        if (object instanceof Namespace namespace) {
            return namespace.get(name);
        }
        if (object instanceof Loop loop) {
            return loop.get(run, name);
        }
        if (object instanceof Macro macro) {
            return macro.get(name);
        }
        if (object instanceof Cycler cycler) {
            return cycler.get(name);
        }
        Method method = null;
        if (Values.isString(object)) {
            method = Method.ofString(name);
        } else if (object instanceof Map) {
            method = Method.ofDict(name);
        } else if (object instanceof Range range) {
            return range.get(name);
        } else if (object instanceof List) {
            if (CHANGES_LIST.contains(name)) {
                return Undefined.hidden(name, object);
            }
            method = Method.ofList(name);
        } else if (object instanceof Tuple tuple) {
            int named = tuple.names().indexOf(name);
            if (named >= 0) {
                return tuple.items().get(named);
            }
            method = name.equals("copy") ? null : Method.ofList(name);
        } else if (Numbers.isNumber(object) && OF_NUMBERS.contains(name)
                || object instanceof DictView && (name.equals("isdisjoint") || name.equals("mapping"))) {
            throw new TemplateException("The chat template uses '" + name + "' of " + Values.type(object)
                    + ", which is not supported here.");
        }
        return method != null
                ? new BoundMethod(method, object)
                : Undefined.missing("'" + name + "' of " + Values.type(object));
    }

    /** {@code object.name(passed)} */
    static Object call(Run run, Object object, String name, Passed passed) {
        if (object instanceof String) {
            Method method = Method.ofString(name);
            if (method != null) {
                run.budget().step(1);
                return method.call(run, object, passed);
            }
        }
        return Values.call(run, attribute(run, object, name), passed);
    }
}
