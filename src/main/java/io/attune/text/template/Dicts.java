package io.attune.text.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Python's dicts. Keys are equal across the kinds of numbers: 1, 1.0 and True are one key. */
final class Dicts {

    /** Steps that a search for the equal numbers of other kinds counts as. */
    private static final int ALIKE = 5;

    private Dicts() {}

    static boolean has(Run run, Map<?, ?> dict, Object key) {
        return dict.containsKey(stored(run, dict, key));
    }

    /** Returns the value of a key; {@code otherwise} if the dict does not have the key. */
    static Object get(Run run, Map<?, ?> dict, Object key, Object otherwise) {
        Object stored = stored(run, dict, key);
        Object value = dict.get(stored);
        return value != null || dict.containsKey(stored) ? value : otherwise;
    }

    static void put(Run run, Map<Object, Object> dict, Object key, Object value) {
        dict.put(stored(run, dict, key), value);
    }

    static boolean canBeKey(Run run, Object value) {
        if (value instanceof Tuple tuple) {
            run.budget().step(tuple.items().size());
        }
        return canBeKey(value);
    }

    private static boolean canBeKey(Object value) {
        return !(value instanceof List || value instanceof Map || value instanceof DictView)
                && !(value instanceof Tuple tuple && !tuple.items().stream().allMatch(Dicts::canBeInKey));
    }

    /** Refuses a tuple in a tuple. It could be a key in Python, but a search through many levels takes too long. */
    private static boolean canBeInKey(Object value) {
        return !(value instanceof Tuple) && canBeKey(value);
    }

    /** Returns the key of the dict that equals {@code key}; {@code key} itself if there is none. */
    private static Object stored(Run run, Map<?, ?> dict, Object key) {
        if (Values.isString(key)) {
            String text = Text.of(key);
            run.budget().scan(text.length()); // for the hash and for comparisons
            return text;
        }
        if (!canBeKey(run, key)) {
            throw new TemplateException(
                    "The chat template uses " + Values.type(key) + " as a key, which is not possible.");
        }
        if (!Numbers.isNumber(key)) {
            if (key instanceof Tuple tuple) {
                tuple.items().stream()
                        .filter(Values::isString)
                        .forEach(part -> run.budget().scan(Text.of(part).length()));
            }
            return key;
        }
        Object number = key instanceof BigInteger integer ? Numbers.integer(integer) : key;
        if (dict.containsKey(number)) {
            return number;
        }
        run.budget().step(ALIKE);
        for (Object equal : alike(number)) {
            if (dict.containsKey(equal)) {
                return equal;
            }
        }
        return number;
    }

    /** Returns the numbers of other kinds that equal a number. */
    private static List<Object> alike(Object number) {
        List<Object> alike = new ArrayList<>();
        double real = Numbers.isNan(number)
                ? Double.NaN
                : number instanceof BigInteger b ? b.doubleValue() : Numbers.real(number);
        if (real == 0 || real == 1) {
            alike.add(real == 1);
        }
        for (Object other : List.<Object>of(real, -real)) {
            if (Numbers.equal(other, number)) {
                alike.add(other);
            }
        }
        if (number instanceof Double d && d == Math.rint(d) && !d.isInfinite()) {
            alike.add(Numbers.integer(new BigDecimal(d).toBigInteger()));
        } else if (number instanceof Boolean b) {
            alike.add(b ? 1L : 0L);
        }
        return alike;
    }

    /** Adds the arguments that a call passes as {@code **dict}. */
    static void named(Run run, Object dict, Map<String, Object> named) {
        if (!(dict instanceof Map<?, ?> map)) {
            throw new TemplateException("The chat template passes ** of " + Values.type(dict) + ".");
        }
        run.budget().produceItems(2L * map.size());
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new TemplateException("The chat template passes ** of an object with keys that are not strings.");
            }
            if (named.put(name, value) != null) {
                throw new TemplateException("The chat template gives the argument '" + name + "' twice.");
            }
        });
    }

    /** {@code dict.fromkeys(keys, value)} */
    static Map<Object, Object> ofKeys(Run run, Object keys, Object value) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        Items.list(run, keys).forEach(key -> put(run, dict, key, value));
        return dict;
    }

    /** Returns the entries of a dict whose keys are names. */
    static Map<String, Object> ofNames(Run run, Object dict) {
        Map<String, Object> named = new LinkedHashMap<>();
        named(run, dict, named);
        return named;
    }

    /** {@code dict(source, **named)} */
    static Map<Object, Object> of(Run run, Passed passed) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        if (passed.positional().size() > 1) {
            throw new TemplateException("The chat template makes an object of more than one value.");
        }
        for (Object source : passed.positional()) {
            if (source instanceof Map<?, ?> map) {
                run.budget().produceItems(2L * map.size());
                dict.putAll(map);
            } else {
                Items.iterator(run, source).forEachRemaining(item -> {
                    List<Object> pair = Items.unpacked(run, item);
                    if (pair.size() != 2) {
                        throw new TemplateException("The chat template makes an object of items that are not pairs.");
                    }
                    run.budget().produceItems(2);
                    put(run, dict, pair.get(0), pair.get(1));
                });
            }
        }
        dict.putAll(passed.named());
        return dict;
    }
}
