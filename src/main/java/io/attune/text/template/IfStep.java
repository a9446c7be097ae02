package io.attune.text.template;

/** {@code {% if %}} with its branches. */
record IfStep(Code[] tests, int[] costs, Steps[] bodies, Steps otherwise, int line) implements Step {

    @Override
    public End run(Frame frame) {
        int branch = 0;
        frame.run.line = line;
        while (branch < tests.length) {
            frame.run.budget().step(costs[branch]);
            if (Values.isTrue(tests[branch].value(frame))) {
                break;
            }
            branch++;
        }
        Steps body = body(branch);
        History history = body.tracked() ? frame.run.history() : null;
        if (history == null) {
            return body.run(frame);
        }
        history.trail().descend(branch);
        End end = body.run(frame);
        history.trail().ascend();
        return end;
    }

    @Override
    public End resume(Frame frame, Trail trail) {
        End end = body(trail.follow()).resume(frame, trail);
        trail.ascend();
        return end;
    }

    private Steps body(int branch) {
        return branch < bodies.length ? bodies[branch] : otherwise;
    }
}
