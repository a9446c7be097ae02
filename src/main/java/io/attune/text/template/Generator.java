package io.attune.text.template;

import java.util.Iterator;

/**
 * The result of filters such as {@code map}. Computes each item when a loop reaches it. A template can loop over it
 * once.
 */
final class Generator implements Iterator<Object> {

    /** Levels of the stack that a generator over another generator takes. */
    private static final int DEPTH = 10;

    private final Run run;
    private final Iterator<Object> items;
    private final int born;

    Generator(Run run, Iterator<Object> items) {
        run.budget().produceItems(8);
        this.run = run;
        this.items = items;
        this.born = run.history() == null ? 0 : run.history().size();
    }

    @Override
    public boolean hasNext() {
        if (run.history() != null) {
            run.history().forgetAfter(born); // a generator cannot go back
        }
        run.budget().enter(DEPTH);
        boolean has = items.hasNext();
        run.budget().leave(DEPTH);
        return has;
    }

    @Override
    public Object next() {
        run.budget().step(1);
        return items.next();
    }
}
