package io.attune.text.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The filters that map and select items. They read an item when a loop reaches it. */
final class Selection {

    private Selection() {}

    /**
     * Returns a function that finds an item's attribute. A filter names the attribute by a name, an index, or a
     * path of both with dots.
     */
    static UnaryOperator<Object> attribute(Run run, Object attribute, Object otherwise) {
        if (attribute == null) {
            return item -> item;
        }
        List<Object> path = new ArrayList<>();
        if (Values.isString(attribute)) {
            for (String part : names(run, attribute, ".")) {
                boolean index =
                        !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
                path.add(index ? (Object) Long.valueOf(part) : part);
            }
        } else {
            path.add(attribute);
        }
        return item -> {
            Object found = item;
            for (Object part : path) {
                run.budget().step(1);
                found = Attributes.item(run, found, part);
                if (found instanceof Undefined && otherwise != null) {
                    found = otherwise;
                }
            }
            return found;
        };
    }

    /** Splits a text that names attributes at the separator. */
    static String[] names(Run run, Object attribute, String separator) {
        String text = Text.of(attribute);
        run.budget().produce(text.length());
        run.budget().produceItems(4L * (Text.count(text, separator) + 1));
        return text.split(Pattern.quote(separator), -1);
    }

    /** {@code map(filter, ...)} and {@code map(attribute=...)} */
    static Object map(Run run, Object value, Arguments arguments) {
        return lazily(run, value, () -> {
            List<Object> positional = arguments.morePositional();
            Map<String, Object> named = arguments.moreNamed();
            if (positional.isEmpty() && named.containsKey("attribute")) {
                if (!List.of("attribute", "default").containsAll(named.keySet())) {
                    throw new TemplateException("The chat template gives 'map' an argument that it does not have.");
                }
                return attribute(run, named.get("attribute"), named.get("default"));
            }
            if (positional.isEmpty()) {
                throw new TemplateException("The chat template calls 'map' without a filter.");
            }
            Filter filter = Values.isString(positional.get(0)) ? Filter.named(Text.of(positional.get(0))) : null;
            if (filter == null) {
                throw new TemplateException("The chat template calls 'map' with a filter that does not exist.");
            }
            Passed passed = new Passed(positional.subList(1, positional.size()), named);
            return item -> filter.apply(run, item, passed);
        });
    }

    /** {@code select}, {@code reject}, {@code selectattr} and {@code rejectattr} */
    static Object select(Run run, Object value, Arguments arguments, boolean byAttribute, boolean wanted) {
        return lazily(run, value, () -> {
            List<Object> positional = arguments.morePositional();
            int from = byAttribute ? 1 : 0;
            if (positional.size() < from) {
                throw new TemplateException("The chat template selects by an attribute without naming it.");
            }
            UnaryOperator<Object> subject = byAttribute ? attribute(run, positional.get(0), null) : item -> item;
            if (positional.size() == from) {
                return item -> Values.isTrue(subject.apply(item)) == wanted ? item : Frame.MISSING;
            }
            Object name = positional.get(from);
            Test test = Values.isString(name) ? Test.named(Text.of(name)) : null;
            if (test == null) {
                throw new TemplateException("The chat template selects by a test that does not exist.");
            }
            Passed passed = new Passed(positional.subList(from + 1, positional.size()), arguments.moreNamed());
            return item -> test.holds(run, subject.apply(item), passed) == wanted ? item : Frame.MISSING;
        });
    }

    private interface Preparation {
        UnaryOperator<Object> get();
    }

    /**
     * Returns the items of a value after a change. Leaves an item out if the change returns {@link Frame#MISSING}.
     */
    private static Generator lazily(Run run, Object value, Preparation preparation) {
        return new Generator(run, new Iterator<>() {
            private Iterator<Object> items;
            private UnaryOperator<Object> change;
            private Object next = Frame.MISSING;

            @Override
            public boolean hasNext() {
                if (items == null) {
                    boolean any = Values.isTrue(value);
                    change = any ? preparation.get() : null;
                    items = any ? Items.iterator(run, value) : Collections.emptyIterator();
                }
                while (next == Frame.MISSING && items.hasNext()) {
                    run.budget().step(1);
                    next = change.apply(items.next());
                }
                return next != Frame.MISSING;
            }

            @Override
            public Object next() {
                hasNext();
                Object item = next;
                next = Frame.MISSING;
                return item;
            }
        });
    }
}
