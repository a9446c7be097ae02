package io.attune.text.template;

import java.util.Iterator;
import java.util.List;

/** Iterates over a list. Can go back to an earlier position. */
final class ListCursor implements Iterator<Object> {

    private final List<?> list;
    private int position;

    ListCursor(List<?> list) {
        this.list = list;
    }

    @Override
    public boolean hasNext() {
        return Items.has(list, position);
    }

    @Override
    public Object next() {
        return list.get(position++);
    }

    int position() {
        return position;
    }

    void goTo(int earlier) {
        position = earlier;
    }
}
