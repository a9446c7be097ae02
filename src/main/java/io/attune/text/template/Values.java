package io.attune.text.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Python's meaning of values, as far as templates need it. None is null, bool {@code Boolean}, int {@code BigInteger},
 * float {@code Double}, str {@code String}, list {@code List}, dict {@code Map} with keys str, int or None in the order
 * of their writing, the rest {@link Sequence}, {@link Namespace}, {@link Loop} and {@link Undefined}. What is not known
 * to be exactly Python's raises.
 */
final class Values {

    /** Longest {@code range()}, as in Jinja's sandbox. */
    private static final int MAX_RANGE = 100_000;

    /** Integers up to here are floats exactly. */
    private static final BigInteger EXACT = BigInteger.ONE.shiftLeft(53);

    /** Attributes of Python's types; a name that is not among them is undefined, as in Jinja. */
    private static final Set<String> STR = Set.of(
            "capitalize",
            "casefold",
            "center",
            "count",
            "encode",
            "endswith",
            "expandtabs",
            "find",
            "format",
            "format_map",
            "index",
            "isalnum",
            "isalpha",
            "isascii",
            "isdecimal",
            "isdigit",
            "isidentifier",
            "islower",
            "isnumeric",
            "isprintable",
            "isspace",
            "istitle",
            "isupper",
            "join",
            "ljust",
            "lower",
            "lstrip",
            "maketrans",
            "partition",
            "removeprefix",
            "removesuffix",
            "replace",
            "rfind",
            "rindex",
            "rjust",
            "rpartition",
            "rsplit",
            "rstrip",
            "split",
            "splitlines",
            "startswith",
            "strip",
            "swapcase",
            "title",
            "translate",
            "upper",
            "zfill");

    private static final Set<String> LIST =
            Set.of("append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort");
    private static final Set<String> DICT = Set.of(
            "clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values");
    private static final Set<String> NUMBER = Set.of(
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

    /** What finding the shortest digits of a float counts as, in characters looked at. */
    static final int FLOAT_COST = 20_000;

    private final Budget budget;

    Values(Budget budget) {
        this.budget = budget;
    }

    Budget budget() {
        return budget;
    }

    static boolean isTrue(Object value) {
        if (value == null || value instanceof Undefined) {
            return false;
        }
        if (value instanceof Boolean b) {
            return b;
        }
        if (value instanceof BigInteger i) {
            return i.signum() != 0;
        }
        if (value instanceof Double d) {
            return d != 0;
        }
        if (value instanceof String s) {
            return !s.isEmpty();
        }
        if (value instanceof Map<?, ?> m) {
            return !m.isEmpty();
        }
        refuseGenerator(value);
        List<Object> items = itemsOrNull(value);
        return items == null || !items.isEmpty();
    }

    private static void refuseGenerator(Object value) {
        if (value instanceof Sequence.Generator) {
            throw new TemplateException(
                    "The chat template does something else than loop over what the filter items gave.");
        }
    }

    /** Python's name of the type, for messages. */
    static String type(Object value) {
        if (value == null) {
            return "None";
        }
        if (value instanceof String) {
            return "a string";
        }
        if (value instanceof Boolean) {
            return "a boolean";
        }
        if (value instanceof BigInteger || value instanceof Double) {
            return "a number";
        }
        if (value instanceof List || value instanceof Sequence) {
            return "a list";
        }
        return value instanceof Map ? "an object" : "a value";
    }

    /** The items of a list, tuple or view, else null. */
    @SuppressWarnings("unchecked") // lists of templates hold values
    static List<Object> itemsOrNull(Object value) {
        if (value instanceof List<?> list) {
            return (List<Object>) list;
        }
        return value instanceof Sequence sequence ? sequence.items() : null;
    }

    /** What {@code for} and {@code in} go over. */
    List<Object> iterate(Object value) {
        List<Object> items = itemsOrNull(value);
        if (items != null) {
            return items;
        }
        if (value instanceof Undefined) {
            return List.of();
        }
        if (value instanceof Map<?, ?> map) {
            budget.produceItems(map.size());
            return new ArrayList<>(map.keySet());
        }
        if (value instanceof String text) {
            budget.produceItems(text.length());
            return Text.characters(text);
        }
        throw new TemplateException("The chat template goes over " + type(value) + ", which has no items.");
    }

    BigInteger length(Object value) {
        if (value instanceof String text) {
            budget.scan(text.length());
            return BigInteger.valueOf(Text.length(text));
        }
        if (value instanceof Map<?, ?> map) {
            return BigInteger.valueOf(map.size());
        }
        refuseGenerator(value);
        List<Object> items = value instanceof Undefined ? List.of() : itemsOrNull(value);
        if (items == null) {
            throw new TemplateException("The chat template asks for the length of " + type(value) + ".");
        }
        return BigInteger.valueOf(items.size());
    }

    /** Bools and ints as an int, else null. */
    static BigInteger integerOrNull(Object value) {
        if (value instanceof Boolean b) {
            return b ? BigInteger.ONE : BigInteger.ZERO;
        }
        return value instanceof BigInteger i ? i : null;
    }

    static int smallInteger(Object value, String what) {
        BigInteger integer = integerOrNull(value);
        if (integer == null || integer.bitLength() > 31) {
            throw new TemplateException("The chat template uses " + type(value) + " as " + what + ".");
        }
        return integer.intValue();
    }

    boolean equal(Object a, Object b) {
        budget.enter();
        try {
            return equalWithin(a, b);
        } finally {
            budget.leave();
        }
    }

    private boolean equalWithin(Object a, Object b) {
        if (a instanceof Undefined || b instanceof Undefined) {
            return a instanceof Undefined && b instanceof Undefined;
        }
        if (isNumber(a) && isNumber(b)) {
            return compareNumbers(a, b) == 0;
        }
        if (a instanceof String x && b instanceof String y) {
            budget.scan(Math.min(x.length(), y.length()));
            return x.equals(y);
        }
        if (a == null || b == null || a instanceof String || b instanceof String || isNumber(a) || isNumber(b)) {
            return a == b;
        }
        if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
            return x.size() == y.size()
                    && x.entrySet().stream()
                            .allMatch(e -> y.containsKey(e.getKey()) && equal(e.getValue(), y.get(e.getKey())));
        }
        if ((a instanceof List && b instanceof List) || (a instanceof Sequence.Tuple && b instanceof Sequence.Tuple)) {
            List<Object> x = itemsOrNull(a);
            List<Object> y = itemsOrNull(b);
            if (x.size() != y.size()) {
                return false;
            }
            for (int i = 0; i < x.size(); i++) {
                if (!equal(x.get(i), y.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (isPlainCollection(a) && isPlainCollection(b)) {
            return false;
        }
        throw new TemplateException("The chat template compares values that cannot be compared here.");
    }

    private static boolean isPlainCollection(Object value) {
        return value instanceof List || value instanceof Map || value instanceof Sequence.Tuple;
    }

    private static boolean isNumber(Object value) {
        return value instanceof Boolean || value instanceof BigInteger || value instanceof Double;
    }

    private static int compareNumbers(Object a, Object b) {
        return exact(a).compareTo(exact(b));
    }

    private static BigDecimal exact(Object number) {
        return number instanceof Double d ? new BigDecimal(d) : new BigDecimal(integerOrNull(number));
    }

    /** Order of two numbers or two strings. */
    int compare(Object a, Object b) {
        if (isNumber(a) && isNumber(b)) {
            return compareNumbers(a, b);
        }
        if (a instanceof String x && b instanceof String y) {
            budget.scan(Math.min(x.length(), y.length()));
            return Text.compare(x, y);
        }
        refuseUndefined(a, b);
        throw new TemplateException("The chat template orders " + type(a) + " and " + type(b) + ".");
    }

    boolean contains(Object container, Object item) {
        if (container instanceof String text) {
            if (item instanceof String part) {
                budget.scan((long) text.length() * Math.max(1, part.length()));
                return text.contains(part);
            }
            refuseUndefined(item, null);
            throw new TemplateException("The chat template looks for " + type(item) + " in a string.");
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(key(item));
        }
        for (Object candidate : iterate(container)) {
            if (candidate == item || equal(candidate, item)) {
                return true;
            }
        }
        return false;
    }

    /** A value as the key of a dict; Python has more kinds of keys. */
    static Object key(Object value) {
        if (value == null || value instanceof String || value instanceof BigInteger) {
            return value;
        }
        throw new TemplateException(
                "The chat template uses " + type(value) + " as a key, which is not supported here.");
    }

    static void refuseUndefined(Object a, Object b) {
        if (a instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (b instanceof Undefined undefined) {
            throw undefined.failure();
        }
    }

    Object arithmetic(String operator, Object a, Object b) {
        refuseUndefined(a, b);
        if (isNumber(a) && isNumber(b)) {
            return numbers(operator, a, b);
        }
        if (operator.equals("+")) {
            if (a instanceof String x && b instanceof String y) {
                budget.produce((long) x.length() + y.length());
                return x + y;
            }
            if (a instanceof List && b instanceof List) {
                return joined(itemsOrNull(a), itemsOrNull(b));
            }
            if (a instanceof Sequence.Tuple x && b instanceof Sequence.Tuple y) {
                return new Sequence.Tuple(joined(x.items(), y.items()));
            }
        }
        if (operator.equals("*")) {
            BigInteger times = integerOrNull(a) == null ? integerOrNull(b) : integerOrNull(a);
            Object repeated = integerOrNull(a) == null ? a : b;
            if (times != null && (repeated instanceof String || repeated instanceof List)) {
                return repeated(repeated, Math.max(0, smallInteger(times, "a number of repetitions")));
            }
        }
        throw new TemplateException(
                "The chat template applies " + operator + " to " + type(a) + " and " + type(b) + ".");
    }

    private List<Object> joined(List<Object> a, List<Object> b) {
        budget.produceItems((long) a.size() + b.size());
        List<Object> joined = new ArrayList<>(a);
        joined.addAll(b);
        return joined;
    }

    private Object repeated(Object value, int times) {
        if (value instanceof String text) {
            budget.produce((long) text.length() * times);
            return text.repeat(times);
        }
        List<Object> items = itemsOrNull(value);
        budget.produceItems((long) items.size() * times);
        List<Object> all = new ArrayList<>();
        Collections.nCopies(times, items).forEach(all::addAll);
        return all;
    }

    private static Object numbers(String operator, Object a, Object b) {
        BigInteger x = integerOrNull(a);
        BigInteger y = integerOrNull(b);
        boolean integers = x != null && y != null;
        boolean zero = exact(b).signum() == 0;
        if (zero && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw new TemplateException("The chat template divides by zero.");
        }
        if (integers && !operator.equals("/")) {
            return bounded(
                    switch (operator) {
                        case "+" -> x.add(y);
                        case "-" -> x.subtract(y);
                        case "*" -> x.multiply(y);
                        case "//" -> floor(x, y);
                        default -> x.subtract(floor(x, y).multiply(y));
                    });
        }
        double p = real(a);
        double q = real(b);
        return switch (operator) {
            case "+" -> finite(p + q);
            case "-" -> finite(p - q);
            case "*" -> finite(p * q);
            case "/" -> finite(p / q);
            default ->
                throw new TemplateException(
                        "The chat template applies " + operator + " to floats, which is not supported here.");
        };
    }

    private static BigInteger floor(BigInteger x, BigInteger y) {
        BigInteger[] parts = x.divideAndRemainder(y);
        return parts[1].signum() != 0 && parts[1].signum() != y.signum() ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    private static BigInteger bounded(BigInteger value) {
        if (value.bitLength() > Budget.MAX_BITS) {
            throw new TemplateException(
                    "The chat template computes an integer of more than " + Budget.MAX_BITS + " bits.");
        }
        return value;
    }

    private static double real(Object number) {
        if (number instanceof Double d) {
            return d;
        }
        BigInteger integer = integerOrNull(number);
        if (integer.abs().compareTo(EXACT) > 0) {
            throw new TemplateException(
                    "The chat template makes a float of " + integer + ", which is not supported here.");
        }
        return integer.doubleValue();
    }

    private static Double finite(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new TemplateException("The chat template computes a float that is not finite.");
        }
        return value;
    }

    Object sign(boolean negative, Object value) {
        refuseUndefined(value, null);
        if (value instanceof Double d) {
            return negative ? -d : d;
        }
        BigInteger integer = integerOrNull(value);
        if (integer == null) {
            throw new TemplateException("The chat template takes the sign of " + type(value) + ".");
        }
        return negative ? integer.negate() : integer;
    }

    /** {@code object.name} */
    Object attribute(Object object, String name) {
        refuseUndefined(object, null);
        if (name.startsWith("_")) {
            throw new TemplateException("The chat template uses the attribute '" + name + "', which is not allowed.");
        }
        if (object instanceof Map<?, ?> map && map.containsKey(name) && !DICT.contains(name)) {
            return map.get(name);
        }
        return ownAttribute(object, name);
    }

    /** {@code object[key]} */
    Object item(Object object, Object key) {
        refuseUndefined(object, null);
        if (object instanceof Map<?, ?> map && map.containsKey(key(key))) {
            return map.get(key);
        }
        if (key instanceof String name) {
            if (name.startsWith("__")) {
                throw new TemplateException("The chat template uses the item '" + name + "', which is not allowed.");
            }
            return ownAttribute(object, name);
        }
        if (object instanceof List || object instanceof Sequence.Tuple || object instanceof String) {
            int size = length(object).intValueExact();
            int index = smallInteger(key, "an index");
            int at = index < 0 ? index + size : index;
            if (at < 0 || at >= size) {
                return new Undefined("item " + index + " of " + type(object));
            }
            return object instanceof String text
                    ? characters(text, at, at + 1)
                    : itemsOrNull(object).get(at);
        }
        if (object instanceof Sequence.View) {
            throw new TemplateException("The chat template takes an item of a view, which is not supported here.");
        }
        return new Undefined("an item of " + type(object));
    }

    /** An attribute that the value's type has in Python, rather than a key of a dict; most are methods. */
    private static Object ownAttribute(Object object, String name) {
        if (object instanceof Namespace namespace) {
            return namespace.get(name);
        }
        if (object instanceof Loop loop) {
            return loop.get(name);
        }
        boolean exists = object instanceof Map
                ? DICT.contains(name)
                : object instanceof String
                        ? STR.contains(name)
                        : object instanceof List || object instanceof Sequence
                                ? LIST.contains(name)
                                : isNumber(object) && NUMBER.contains(name);
        if (exists || object instanceof Sequence.View) {
            throw new TemplateException("The chat template uses the method '" + name + "' of " + type(object)
                    + " without calling it, which is not supported here.");
        }
        return new Undefined("'" + name + "' of " + type(object));
    }

    Object slice(Object object, Object start, Object stop, Object step) {
        refuseUndefined(object, null);
        if (!(object instanceof String || object instanceof List || object instanceof Sequence.Tuple)) {
            throw new TemplateException("The chat template takes a slice of " + type(object) + ".");
        }
        int by = step == null ? 1 : smallInteger(step, "the step of a slice");
        if (by == 0) {
            throw new TemplateException("The chat template takes a slice of step 0.");
        }
        int size = length(object).intValueExact();
        int low = by > 0 ? 0 : -1;
        int high = by > 0 ? size : size - 1;
        int from = start == null ? (by > 0 ? low : high) : clamp(smallInteger(start, "an index"), size, low, high);
        int to = stop == null ? (by > 0 ? high : low) : clamp(smallInteger(stop, "an index"), size, low, high);
        if (object instanceof String text && by == 1) {
            return from < to ? characters(text, from, to) : "";
        }
        List<Object> items = iterate(object);
        List<Object> taken = new ArrayList<>();
        for (long i = from; by > 0 ? i < to : i > to; i += by) {
            taken.add(items.get((int) i));
        }
        budget.produceItems(taken.size());
        if (object instanceof String) {
            StringBuilder text = new StringBuilder();
            taken.forEach(text::append);
            return text.toString();
        }
        return object instanceof List ? taken : new Sequence.Tuple(taken);
    }

    /** The characters {@code [from, to)}, counted in code points. */
    private String characters(String text, int from, int to) {
        budget.scan(text.length());
        int start = text.offsetByCodePoints(0, from);
        int end = text.offsetByCodePoints(start, to - from);
        budget.produce(end - start);
        return text.substring(start, end);
    }

    private static int clamp(int index, int size, int low, int high) {
        long at = index < 0 ? (long) index + size : index;
        return (int) Math.max(low, Math.min(high, at));
    }

    Object range(List<Object> arguments) {
        int[] bounds = arguments.stream()
                .mapToInt(a -> smallInteger(a, "a bound of range"))
                .toArray();
        long start = bounds.length > 1 ? bounds[0] : 0;
        long stop = bounds.length > 1 ? bounds[1] : bounds[0];
        long step = bounds.length > 2 ? bounds[2] : 1;
        if (step == 0) {
            throw new TemplateException("The chat template uses a range of step 0.");
        }
        long count = Math.max(0, (stop - start + step - Long.signum(step)) / step);
        if (count > MAX_RANGE) {
            throw new TemplateException("The chat template uses a range of more than " + MAX_RANGE + " items.");
        }
        budget.produceItems(count);
        List<Object> items = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            items.add(BigInteger.valueOf(start + i * step));
        }
        return new Sequence.View(items);
    }

    /** {@code str(value)} */
    String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Undefined) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        print(value, text);
        return text.toString();
    }

    private void print(Object value, StringBuilder to) {
        budget.enter();
        int before = to.length();
        if (value == null) {
            to.append("None");
        } else if (value instanceof Boolean b) {
            to.append(b ? "True" : "False");
        } else if (value instanceof BigInteger i) {
            to.append(i);
        } else if (value instanceof Double d) {
            budget.scan(FLOAT_COST);
            to.append(Text.of(d));
        } else if (value instanceof String s) {
            budget.produce(s.length());
            to.append(Text.quoted(s));
        } else if (value instanceof Undefined) {
            to.append("Undefined");
        } else if (value instanceof List<?> list) {
            to.append('[');
            printAll(list, to);
            to.append(']');
        } else if (value instanceof Sequence.Tuple tuple) {
            to.append('(');
            printAll(tuple.items(), to);
            to.append(tuple.items().size() == 1 ? ",)" : ")");
        } else if (value instanceof Map<?, ?> map) {
            to.append('{');
            String separator = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                to.append(separator);
                print(entry.getKey(), to);
                to.append(": ");
                print(entry.getValue(), to);
                separator = ", ";
            }
            to.append('}');
        } else {
            throw new TemplateException("The chat template prints a value that has no text of its own.");
        }
        if (!(value instanceof Map || value instanceof List || value instanceof Sequence)) {
            budget.produce(to.length() - before);
        }
        budget.leave();
    }

    private void printAll(List<?> items, StringBuilder to) {
        String separator = "";
        for (Object item : items) {
            to.append(separator);
            print(item, to);
            separator = ", ";
        }
    }
}
