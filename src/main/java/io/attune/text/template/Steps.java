package io.attune.text.template;

/**
 * A body of statements.
 *
 * @param tracked whether a rendering can resume in the loops of this body; true for the template's own body and for
 *     the bodies of {@code if} in it
 */
record Steps(Step[] steps, boolean tracked) {

    Step.End run(Frame frame) {
        History history = tracked ? frame.run.history() : null;
        return history == null ? runAll(frame) : runFrom(0, frame, history);
    }

    private Step.End runAll(Frame frame) {
        for (Step step : steps) {
            Step.End end = step.run(frame);
            if (end != Step.End.DONE) {
                return end;
            }
        }
        return Step.End.DONE;
    }

    private Step.End runFrom(int index, Frame frame, History history) {
        for (int i = index; i < steps.length; i++) {
            history.trail().descend(i);
            Step.End end = steps[i].run(frame);
            history.trail().ascend();
            if (end != Step.End.DONE) {
                return end;
            }
        }
        return Step.End.DONE;
    }

    Step.End resume(Frame frame, Trail trail) {
        int index = trail.follow();
        Step.End end = steps[index].resume(frame, trail);
        trail.ascend();
        return end != Step.End.DONE ? end : runFrom(index + 1, frame, frame.run.history());
    }
}
