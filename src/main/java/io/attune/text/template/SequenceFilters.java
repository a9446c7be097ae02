package io.attune.text.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Filters on lists and other values with items. */
final class SequenceFilters {

    private SequenceFilters() {}

    static Object first(Run run, Object value, Arguments arguments) {
        Iterator<Object> items = Items.iterator(run, value);
        return items.hasNext() ? items.next() : Undefined.missing("the first item of what is empty");
    }

    static Object last(Run run, Object value, Arguments arguments) {
        if (value instanceof Generator) {
            throw new TemplateException(
                    "The chat template asks for the last item of a value that it can only loop over.");
        }
        if (value instanceof Undefined) {
            Undefined.refuse(value);
        }
        List<Object> items = Items.list(run, value);
        return items.isEmpty() ? Undefined.missing("the last item of what is empty") : items.get(items.size() - 1);
    }

    static Object items(Run run, Object value, Arguments arguments) {
        if (value instanceof Undefined) {
            return new Generator(run, Collections.emptyIterator());
        }
        if (value instanceof Map<?, ?> dict) {
            return new Generator(run, new DictView(DictView.Kind.ITEMS, dict).iterator());
        }
        throw new TemplateException("The chat template asks for the items of " + Values.type(value) + ".");
    }

    static Object join(Run run, Object value, Arguments arguments) {
        String separator = Printing.text(run, arguments.get(0, ""));
        UnaryOperator<Object> attribute = Selection.attribute(run, arguments.get(1, null), null);
        StringBuilder joined = new StringBuilder();
        Iterator<Object> items = Items.iterator(run, value);
        for (boolean first = true; items.hasNext(); first = false) {
            run.budget().step(1);
            String text = Printing.text(run, attribute.apply(items.next()));
            run.budget().extend(joined, (long) text.length() + separator.length());
            joined.append(first ? "" : separator).append(text);
        }
        return joined.toString();
    }

    static Object reverse(Run run, Object value, Arguments arguments) {
        if (Values.isString(value)) {
            String text = Text.of(value);
            run.budget().produce(text.length());
            StringBuilder reversed = new StringBuilder(text).reverse();
            return Text.like(value, reversed.toString());
        }
        List<Object> items = Items.list(run, value);
        Collections.reverse(items);
        return new Generator(run, items.iterator());
    }

    static Object sum(Run run, Object value, Arguments arguments) {
        UnaryOperator<Object> attribute = Selection.attribute(run, arguments.get(0, null), null);
        Object sum = arguments.get(1, 0L);
        if (Values.isString(sum)) {
            throw new TemplateException("The chat template sums up strings.");
        }
        Iterator<Object> items = Items.iterator(run, value);
        while (items.hasNext()) {
            run.budget().step(1);
            sum = Arithmetic.ADD.apply(run, sum, attribute.apply(items.next()));
        }
        return sum;
    }

    static Object batch(Run run, Object value, Arguments arguments) {
        int size = arguments.integer(0, 0);
        Object fill = arguments.get(1, null);
        List<Object> batches = new ArrayList<>();
        List<Object> batch = new ArrayList<>();
        for (Object item : Items.list(run, value)) {
            if (batch.size() == size) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(item);
        }
        if (!batch.isEmpty()) {
            if (fill != null && batch.size() < size) {
                run.budget().produceItems(size - batch.size());
                batch.addAll(Collections.nCopies(size - batch.size(), fill));
            }
            batches.add(batch);
        }
        return new Generator(run, batches.iterator());
    }

    static Object slice(Run run, Object value, Arguments arguments) {
        List<Object> items = Items.list(run, value);
        int slices = arguments.integer(0, 0);
        if (slices == 0) {
            throw new TemplateException("The chat template divides by zero.");
        }
        run.budget().produceItems(Math.max(0, slices));
        Object fill = arguments.get(1, null);
        List<Object> all = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < slices; i++) {
            boolean longer = i < items.size() % slices;
            int to = from + items.size() / slices + (longer ? 1 : 0);
            List<Object> slice = new ArrayList<>(items.subList(from, to));
            if (fill != null && !longer) {
                slice.add(fill);
            }
            all.add(slice);
            from = to;
        }
        return new Generator(run, all.iterator());
    }
}
