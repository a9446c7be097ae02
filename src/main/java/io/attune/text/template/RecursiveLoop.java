package io.attune.text.template;

/** {@code {% for ... recursive %}}: a loop whose body can call it with other items. */
record RecursiveLoop(ForStep.Body body, Symbols.Function function, int depth) {

    /** Levels of the stack that a call takes, in addition to those of the body. */
    private static final int CALL_DEPTH = 20;

    /** Returns the loop's output for {@code items}; {@code outer} is the frame around the loop. */
    String text(Frame outer, Object items, int depth0) {
        Run run = outer.run;
        Frame frame = new Frame(run, function.size(), outer);
        Loop loop = body.begin(frame, items, depth0);
        loop.onCall(inner -> text(outer, inner, depth0 + 1));
        run.budget().enter(depth + CALL_DEPTH);
        StringBuilder text = new StringBuilder();
        run.divert(text, f -> body.run(f, loop, null), frame);
        run.budget().leave(depth + CALL_DEPTH);
        return text.toString();
    }
}
