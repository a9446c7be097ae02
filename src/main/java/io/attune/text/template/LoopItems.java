package io.attune.text.template;

import java.util.Iterator;

/** The items that satisfy a loop's condition. Tests an item when the loop reaches it. */
final class LoopItems implements Iterator<Object> {

    private static final Object NONE = new Object();

    private final Iterator<Object> items;
    private final LoopCondition condition;
    private final Frame frame;
    private Object next = NONE;

    LoopItems(Iterator<Object> items, LoopCondition condition, Frame frame) {
        this.items = items;
        this.condition = condition;
        this.frame = frame;
    }

    Iterator<Object> items() {
        return items;
    }

    @Override
    public boolean hasNext() {
        while (next == NONE && items.hasNext()) {
            Object item = items.next();
            if (condition.holds(frame, item)) {
                next = condition.given(frame, item);
            }
        }
        return next != NONE;
    }

    @Override
    public Object next() {
        Object item = next;
        next = NONE;
        return item;
    }
}
