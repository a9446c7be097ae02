package io.attune.text.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The items of values: loops over them, counts, picks and slices them. The items of a string are code points. */
final class Items {

    private Items() {}

    /** Whether a list has an item at an index. Finds out nothing more about the list's length. */
    static boolean has(List<?> list, int index) {
        return list instanceof Messages messages ? messages.has(index) : index < list.size();
    }

    /** Returns the items that {@code for} loops over; null if the value has no items. */
    static Iterator<Object> iteratorOrNull(Run run, Object value) {
        if (value instanceof List<?> list) {
            return new ListCursor(list);
        }
        if (value instanceof Generator generator) {
            return generator;
        }
        if (value instanceof Tuple tuple) {
            return new ListCursor(tuple.items());
        }
        if (value instanceof Map<?, ?> map) {
            return Collections.<Object>unmodifiableCollection(map.keySet()).iterator();
        }
        if (value instanceof DictView view) {
            return view.iterator();
        }
        if (Values.isString(value)) {
            String text = Text.of(value);
            run.budget().produceItems(text.length());
            return new ListCursor(Text.characters(text));
        }
        return value instanceof Undefined ? Collections.emptyIterator() : null;
    }

    static Iterator<Object> iterator(Run run, Object value) {
        Iterator<Object> iterator = iteratorOrNull(run, value);
        if (iterator == null) {
            throw new TemplateException("The chat template loops over " + Values.type(value) + ", which has no items.");
        }
        return iterator;
    }

    /** {@code list(value)} */
    static List<Object> list(Run run, Object value) {
        List<Object> list = new ArrayList<>();
        Iterator<Object> items = iterator(run, value);
        while (items.hasNext()) {
            run.budget().produceItems(1);
            list.add(items.next());
        }
        return list;
    }

    /** Returns the items of a value that is unpacked. Refuses a value without items. */
    static List<Object> unpacked(Run run, Object value) {
        if (value instanceof Tuple tuple) {
            return tuple.items();
        }
        Undefined.refuse(value);
        return list(run, value);
    }

    /** {@code len(value)}; -1 if the value has no length. */
    static long lengthOrMinus(Run run, Object value) {
        if (value instanceof List<?> list) {
            return list.size();
        }
        if (Values.isString(value)) {
            String text = Text.of(value);
            run.budget().scan(text.length());
            return Text.length(text);
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value instanceof Tuple tuple) {
            return tuple.items().size();
        }
        if (value instanceof DictView view) {
            return view.dict().size();
        }
        return value instanceof Undefined ? 0 : -1;
    }

    static long length(Run run, Object value) {
        long length = lengthOrMinus(run, value);
        if (length < 0) {
            throw new TemplateException("The chat template asks for the length of " + Values.type(value) + ".");
        }
        return length;
    }

    /** Returns the item of a list, tuple or string at an index. A negative index counts from the end. */
    static Object at(Run run, Object sequence, Object key) {
        int index = Numbers.index(key);
        if (sequence instanceof List<?> list && index >= 0) {
            return has(list, index) ? list.get(index) : outside(index, sequence);
        }
        long size = length(run, sequence);
        long at = index < 0 ? index + size : index;
        if (at < 0 || at >= size) {
            return outside(index, sequence);
        }
        if (sequence instanceof List<?> list) {
            return list.get((int) at);
        }
        if (sequence instanceof Tuple tuple) {
            return tuple.items().get((int) at);
        }
        return Text.like(sequence, Text.part(run, Text.of(sequence), (int) at, (int) at + 1));
    }

    private static Undefined outside(int index, Object sequence) {
        return Undefined.missing("item " + index + " of " + Values.type(sequence));
    }

    /** {@code sequence[start:stop:step]}; absent bounds are null. */
    static Object slice(Run run, Object sequence, Object start, Object stop, Object step) {
        if (sequence instanceof Messages messages
                && start instanceof Long from
                && from >= 0
                && from <= Integer.MAX_VALUE / 2
                && stop == null
                && (step == null || step.equals(1L))) {
            return messages.tail(from.intValue());
        }
        Undefined.refuse(sequence);
        if (!(Values.isString(sequence) || sequence instanceof List || sequence instanceof Tuple)) {
            throw new TemplateException("The chat template takes a slice of " + Values.type(sequence) + ".");
        }
        int by = step == null ? 1 : Numbers.index(step);
        if (by == 0) {
            throw new TemplateException("The chat template takes a slice of step 0.");
        }
        int size = (int) length(run, sequence);
        int low = by > 0 ? 0 : -1;
        int high = by > 0 ? size : size - 1;
        int from = start == null ? (by > 0 ? low : high) : clamp(Numbers.index(start), size, low, high);
        int to = stop == null ? (by > 0 ? high : low) : clamp(Numbers.index(stop), size, low, high);
        if (sequence instanceof Range range) {
            return range.slice(from, to, by);
        }
        if (Values.isString(sequence)) {
            return Text.like(sequence, text(run, Text.of(sequence), from, to, by));
        }
        List<?> items = sequence instanceof Tuple tuple ? tuple.items() : (List<?>) sequence;
        List<Object> taken = new ArrayList<>();
        for (long i = from; by > 0 ? i < to : i > to; i += by) {
            run.budget().produceItems(1);
            taken.add(items.get((int) i));
        }
        return sequence instanceof List ? taken : new Tuple(taken);
    }

    private static String text(Run run, String text, int from, int to, int by) {
        if (by == 1) {
            return from < to ? Text.part(run, text, from, to) : "";
        }
        run.budget().produce(3L * text.length());
        int[] characters = text.codePoints().toArray();
        StringBuilder taken = new StringBuilder();
        for (long i = from; by > 0 ? i < to : i > to; i += by) {
            taken.appendCodePoint(characters[(int) i]);
        }
        return taken.toString();
    }

    private static int clamp(int index, int size, int low, int high) {
        long at = index < 0 ? (long) index + size : index;
        return (int) Math.max(low, Math.min(high, at));
    }

    static List<Object> joined(Run run, List<?> a, List<?> b) {
        run.budget().produceItems((long) a.size() + b.size());
        List<Object> joined = new ArrayList<>(a);
        joined.addAll(b);
        return joined;
    }

    static List<Object> repeated(Run run, List<?> items, int times) {
        run.budget().produceItems((long) items.size() * times);
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            all.addAll(items);
        }
        return all;
    }

    /** {@code item in container} */
    static boolean contains(Run run, Object container, Object item) {
        if (Values.isString(container)) {
            if (!Values.isString(item)) {
                Undefined.refuse(item);
                throw new TemplateException("The chat template looks for " + Values.type(item) + " in a string.");
            }
            return Text.contains(run, Text.of(container), Text.of(item));
        }
        if (container instanceof Map<?, ?> map) {
            return Dicts.has(run, map, item);
        }
        Iterator<Object> items = iterator(run, container);
        while (items.hasNext()) {
            run.budget().step(1);
            Object candidate = items.next();
            if (candidate == item || Comparison.equal(run, candidate, item)) {
                return true;
            }
        }
        return false;
    }
}
