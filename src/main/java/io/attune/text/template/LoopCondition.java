package io.attune.text.template;

/**
 * The condition of a loop. Each item is tested when the loop reaches it.
 *
 * @param unpacks whether items are unpacked; the loop then passes them on as tuples
 */
record LoopCondition(Entrance entrance, Assignment target, Code test, int cost, boolean unpacks) {

    boolean holds(Frame frame, Object item) {
        frame.run.budget().step(cost);
        entrance.enter(frame);
        target.assign(frame, item);
        return Values.isTrue(test.value(frame));
    }

    Object given(Frame frame, Object item) {
        return unpacks ? new Tuple(Items.unpacked(frame.run, item)) : item;
    }
}
