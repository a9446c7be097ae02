package io.attune.text.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Filters that sort items or find equal items. They ignore case unless an argument says otherwise. */
final class Ordering {

    private Ordering() {}

    private static UnaryOperator<Object> key(Run run, Object attribute, Object otherwise, boolean caseSensitive) {
        UnaryOperator<Object> found = Selection.attribute(run, attribute, otherwise);
        return caseSensitive
                ? found
                : item -> {
                    Object key = found.apply(item);
                    return Values.isString(key) ? Letters.lower(run, Text.of(key)) : key;
                };
    }

    /** Compares items of lists in Python's order. Equal items need not have an order. */
    private static int compareInList(Run run, Object a, Object b) {
        run.budget().step(1);
        return Comparison.equal(run, a, b) ? 0 : Comparison.compare(run, a, b);
    }

    private record Keyed(Object item, List<Object> keys) {}

    /** Sorts by keys that all have an order. */
    private static List<Object> sorted(Run run, List<Object> items, UnaryOperator<Object> key, boolean reverse) {
        return sorted(run, items, List.of(key), reverse, (a, b) -> {
            run.budget().step(1);
            return Comparison.compare(run, a, b);
        });
    }

    private static List<Object> sorted(
            Run run,
            List<Object> items,
            List<UnaryOperator<Object>> keys,
            boolean reverse,
            Comparator<Object> keyOrder) {
        run.budget().produceItems(2L * items.size());
        List<Keyed> keyed = new ArrayList<>();
        for (Object item : items) {
            keyed.add(new Keyed(item, keys.stream().map(key -> key.apply(item)).toList()));
        }
        Comparator<Keyed> order = (a, b) -> {
            int compared = 0;
            for (int i = 0; compared == 0 && i < keys.size(); i++) {
                compared = keyOrder.compare(a.keys().get(i), b.keys().get(i));
            }
            return reverse ? -compared : compared;
        };
        keyed.sort(order);
        List<Object> sorted = new ArrayList<>();
        keyed.forEach(k -> sorted.add(k.item()));
        return sorted;
    }

    static Object sort(Run run, Object value, Arguments arguments) {
        boolean caseSensitive = arguments.flag(1, false);
        Object attribute = arguments.get(2, null);
        List<UnaryOperator<Object>> keys = new ArrayList<>();
        if (Values.isString(attribute)) {
            for (String part : Selection.names(run, attribute, ",")) {
                keys.add(key(run, part, null, caseSensitive));
            }
        } else {
            keys.add(key(run, attribute, null, caseSensitive));
        }
        return sorted(run, Items.list(run, value), keys, arguments.flag(0, false), (a, b) -> compareInList(run, a, b));
    }

    static Object dictSort(Run run, Object value, Arguments arguments) {
        String by = arguments.has(1) ? arguments.string(1) : "key";
        if (!by.equals("key") && !by.equals("value")) {
            throw new TemplateException("The chat template sorts an object by '" + by + "'.");
        }
        if (!(value instanceof Map<?, ?> dict)) {
            Undefined.refuse(value);
            throw new TemplateException("The chat template sorts " + Values.type(value) + " as an object.");
        }
        List<Object> items = Items.list(run, new DictView(DictView.Kind.ITEMS, dict));
        UnaryOperator<Object> key = key(run, by.equals("key") ? 0L : 1L, null, arguments.flag(0, false));
        return sorted(run, items, key, arguments.flag(2, false));
    }

    static Object extreme(Run run, Object value, Arguments arguments, int sign) {
        UnaryOperator<Object> key = key(run, arguments.get(1, null), null, arguments.flag(0, false));
        Iterator<Object> items = Items.iterator(run, value);
        if (!items.hasNext()) {
            return Undefined.missing("the greatest or least item of what is empty");
        }
        Object best = items.next();
        Object bestKey = key.apply(best);
        while (items.hasNext()) {
            Object item = items.next();
            Object itemKey = key.apply(item);
            run.budget().step(1);
            if (Comparison.compare(run, itemKey, bestKey) * sign > 0) {
                best = item;
                bestKey = itemKey;
            }
        }
        return best;
    }

    static Object unique(Run run, Object value, Arguments arguments) {
        UnaryOperator<Object> key = key(run, arguments.get(1, null), null, arguments.flag(0, false));
        Map<Object, Object> seen = new LinkedHashMap<>();
        List<Object> unique = new ArrayList<>();
        for (Object item : Items.list(run, value)) {
            Object itemKey = key.apply(item);
            if (!Dicts.has(run, seen, itemKey)) {
                run.budget().produceItems(1);
                Dicts.put(run, seen, itemKey, item);
                unique.add(item);
            }
        }
        return new Generator(run, unique.iterator());
    }

    static Object groupBy(Run run, Object value, Arguments arguments) {
        Object attribute = arguments.get(0);
        Object otherwise = arguments.get(1, null);
        boolean caseSensitive = arguments.flag(2, false);
        UnaryOperator<Object> key = key(run, attribute, otherwise, caseSensitive);
        UnaryOperator<Object> grouper = Selection.attribute(run, attribute, otherwise);
        List<Object> groups = new ArrayList<>();
        List<Object> group = null;
        Object groupKey = null;
        for (Object item : sorted(run, Items.list(run, value), key, false)) {
            Object itemKey = key.apply(item);
            if (group == null || !Comparison.equal(run, groupKey, itemKey)) {
                run.budget().produceItems(2);
                group = new ArrayList<>();
                groups.add(new Tuple(Arrays.asList(grouper.apply(item), group), List.of("grouper", "list")));
                groupKey = itemKey;
            }
            group.add(item);
        }
        return groups;
    }
}
