package io.attune.text.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** The variable {@code loop} inside a for loop, and the loop's progress. */
final class Loop implements Callable {

    private static final Object NONE = new Object();

    private Iterator<Object> items;
    /** The items of the loop; null if their number is not known in advance. */
    private final Object all;

    private final int depth0;
    private Function<Object, Object> onCall;
    private int index0 = -1;
    private boolean completedRound;
    private Object before = NONE;
    private Object current = NONE;
    /** The next item, if it was already read. */
    private Object after = NONE;

    private Object changed = NONE;
    private long length = -1;

    Loop(Iterator<Object> items, Object all, int depth0) {
        this.items = items;
        this.all = all;
        this.depth0 = depth0;
    }

    void onCall(Function<Object, Object> action) {
        onCall = action;
    }

    /** Goes to the next item; returns false if there is none. */
    boolean advance() {
        if (after == NONE && !items.hasNext()) {
            return false;
        }
        before = current;
        current = after == NONE ? items.next() : after;
        after = NONE;
        index0++;
        return true;
    }

    Object current() {
        return current;
    }

    void completeRound() {
        completedRound = true;
    }

    /** Whether at least one round ran to the end of the body. */
    boolean hasCompletedRound() {
        return completedRound;
    }

    /** The state of a loop between two rounds. */
    record Place(
            int index0,
            boolean completedRound,
            Object before,
            Object current,
            Object after,
            Iterator<Object> items,
            int position) {}

    /** Whether the loop can go back to an earlier {@link #place}. */
    boolean canGoBack() {
        return cursor() != null;
    }

    private ListCursor cursor() {
        Iterator<Object> source = items instanceof LoopItems conditional ? conditional.items() : items;
        return source instanceof ListCursor cursor ? cursor : null;
    }

    Place place() {
        return new Place(index0, completedRound, before, current, after, items, cursor().position());
    }

    void goTo(Place place) {
        index0 = place.index0();
        completedRound = place.completedRound();
        before = place.before();
        current = place.current();
        after = place.after();
        items = place.items();
        length = -1;
        cursor().goTo(place.position());
    }

    private boolean isLast() {
        if (after == NONE && items.hasNext()) {
            after = items.next();
        }
        return after == NONE;
    }

    private long length(Run run) {
        if (length < 0) {
            if (all != null && !(all instanceof Generator)) {
                length = Items.length(run, all);
            } else {
                List<Object> rest = new ArrayList<>();
                items.forEachRemaining(item -> {
                    run.budget().produceItems(1);
                    rest.add(item);
                });
                items = new ListCursor(rest);
                length = rest.size() + index0 + 1L + (after == NONE ? 0 : 1);
            }
        }
        return length;
    }

    Object get(Run run, String attribute) {
        return switch (attribute) {
            case "index" -> index0 + 1L;
            case "index0" -> (long) index0;
            case "revindex" -> length(run) - index0;
            case "revindex0" -> length(run) - index0 - 1L;
            case "first" -> index0 == 0;
            case "last" -> isLast();
            case "length" -> length(run);
            case "depth" -> depth0 + 1L;
            case "depth0" -> (long) depth0;
            case "previtem" -> index0 > 0 ? before : Undefined.missing("the item before the first");
            case "nextitem" -> isLast() ? Undefined.missing("the item after the last") : after;
            case "cycle" -> (Callable) (caller, passed) -> cycle(passed.positional());
            case "changed" -> (Callable) (caller, passed) -> changed(caller, new Tuple(passed.positional()));
            default -> Undefined.missing("loop." + attribute);
        };
    }

    private Object cycle(List<Object> items) {
        if (items.isEmpty()) {
            throw new TemplateException("The chat template calls loop.cycle without items.");
        }
        return items.get(index0 % items.size());
    }

    private Object changed(Run run, Tuple value) {
        Object last = changed;
        if (last != NONE && Comparison.equal(run, last, value)) {
            return false;
        }
        if (run.history() != null) {
            run.history().undo(() -> changed = last);
        }
        changed = value;
        return true;
    }

    @Override
    public Object call(Run run, Passed passed) {
        if (onCall == null) {
            throw new TemplateException("The chat template calls loop, but the loop is not marked as recursive.");
        }
        return onCall.apply(Signature.of("iterable").bind("loop", passed).get(0));
    }

    /** Returns the text that Jinja prints. */
    String text(Run run) {
        return "<LoopContext " + (index0 + 1) + "/" + length(run) + ">";
    }
}
