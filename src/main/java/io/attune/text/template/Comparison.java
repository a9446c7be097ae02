package io.attune.text.template;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's comparisons of values. */
enum Comparison {
    EQUAL("==", (run, a, b) -> equal(run, a, b)),
    NOT_EQUAL("!=", (run, a, b) -> !equal(run, a, b)),
    LESS("<", (run, a, b) -> ordered(a, b) && compare(run, a, b) < 0),
    GREATER(">", (run, a, b) -> ordered(a, b) && compare(run, a, b) > 0),
    AT_MOST("<=", (run, a, b) -> ordered(a, b) && compare(run, a, b) <= 0),
    AT_LEAST(">=", (run, a, b) -> ordered(a, b) && compare(run, a, b) >= 0),
    IN("in", (run, a, b) -> Items.contains(run, b, a)),
    NOT_IN("not in", (run, a, b) -> !Items.contains(run, b, a));

    private interface Relation {
        boolean holds(Run run, Object a, Object b);
    }

    /** Levels of the stack that one level of nested lists takes. */
    private static final int DEPTH = 4;
    /** Steps that a comparison of numbers by their digits counts as. */
    private static final int MIXED = 10;

    private final String sign;
    private final Relation relation;

    Comparison(String sign, Relation relation) {
        this.sign = sign;
        this.relation = relation;
    }

    static Comparison of(String sign) {
        return Arrays.stream(values())
                .filter(c -> c.sign.equals(sign))
                .findFirst()
                .orElseThrow();
    }

    boolean holds(Run run, Object a, Object b) {
        return relation.holds(run, a, b);
    }

    /** Returns false if a value is NaN, because NaN has no order. */
    private static boolean ordered(Object a, Object b) {
        return !Numbers.isNan(a) && !Numbers.isNan(b);
    }

    static boolean equal(Run run, Object a, Object b) {
        if (a instanceof String x && b instanceof String y) {
            if (x.length() != y.length()) {
                return false;
            }
            run.budget().scan(x.length());
            return x.equals(y);
        }
        if (Values.isString(a) && Values.isString(b)) {
            return equal(run, Text.of(a), Text.of(b));
        }
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            countNumbers(run, a, b);
            return Numbers.equal(a, b);
        }
        if (a == b) {
            return true;
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            return a instanceof Range == b instanceof Range && equalItems(run, x, y);
        }
        if (a instanceof Tuple x && b instanceof Tuple y) {
            return equalItems(run, x.items(), y.items());
        }
        if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
            return equalDicts(run, x, y);
        }
        if (a instanceof DictView && b instanceof DictView) {
            throw new TemplateException("The chat template compares views of objects, which is not supported here.");
        }
        return a instanceof Undefined && b instanceof Undefined || a instanceof Bytes && a.equals(b);
    }

    /** Counts the comparison of two kinds of numbers or of long integers, which compares all digits. */
    private static void countNumbers(Run run, Object a, Object b) {
        if (!(a instanceof Long && b instanceof Long || a instanceof Double && b instanceof Double)) {
            run.budget().step(MIXED);
        }
    }

    private static boolean equalItems(Run run, List<?> a, List<?> b) {
        if (a.size() != b.size()) {
            return false;
        }
        run.budget().enter(DEPTH);
        Iterator<?> others = b.iterator();
        for (Object item : a) {
            run.budget().step(1);
            if (!equal(run, item, others.next())) {
                run.budget().leave(DEPTH);
                return false;
            }
        }
        run.budget().leave(DEPTH);
        return true;
    }

    private static boolean equalDicts(Run run, Map<?, ?> a, Map<?, ?> b) {
        if (a.size() != b.size()) {
            return false;
        }
        run.budget().enter(DEPTH);
        for (Map.Entry<?, ?> entry : a.entrySet()) {
            run.budget().step(1);
            Object other = Dicts.get(run, b, entry.getKey(), Frame.MISSING);
            if (other == Frame.MISSING || !equal(run, entry.getValue(), other)) {
                run.budget().leave(DEPTH);
                return false;
            }
        }
        run.budget().leave(DEPTH);
        return true;
    }

    /** Compares two values that have an order: numbers, strings, lists, tuples. */
    static int compare(Run run, Object a, Object b) {
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            countNumbers(run, a, b);
            return Numbers.compare(a, b);
        }
        if (Values.isString(a) && Values.isString(b)) {
            String x = Text.of(a);
            String y = Text.of(b);
            run.budget().scan(Math.min(x.length(), y.length()));
            return Text.compare(x, y);
        }
        Undefined.refuse(a);
        Undefined.refuse(b);
        if (a instanceof List<?> x && b instanceof List<?> y && !(a instanceof Range || b instanceof Range)) {
            return compareItems(run, x, y);
        }
        if (a instanceof Tuple x && b instanceof Tuple y) {
            return compareItems(run, x.items(), y.items());
        }
        throw new TemplateException("The chat template compares " + Values.type(a) + " with " + Values.type(b) + ".");
    }

    private static int compareItems(Run run, List<?> a, List<?> b) {
        run.budget().enter(DEPTH);
        int order = Integer.compare(a.size(), b.size());
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            run.budget().step(1);
            if (!equal(run, a.get(i), b.get(i))) {
                order = compare(run, a.get(i), b.get(i));
                break;
            }
        }
        run.budget().leave(DEPTH);
        return order;
    }
}
