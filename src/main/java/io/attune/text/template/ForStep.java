package io.attune.text.template;

import java.util.Iterator;

/** {@code {% for %}}. A rendering can resume before any round of a loop in the template's own body. */
record ForStep(Code items, Body body, boolean tracked, int line, int cost) implements Step {

    /**
     * @param loopSlot slot of the variable {@code loop}; -1 if the body does not use it
     * @param condition null if there is none
     */
    record Body(
            Entrance entrance,
            Assignment target,
            int loopSlot,
            Steps steps,
            LoopCondition condition,
            Entrance elseEntrance,
            Steps otherwise) {

        Loop begin(Frame frame, Object items, int depth0) {
            Iterator<Object> iterator = Items.iterator(frame.run, items);
            return condition == null
                    ? new Loop(iterator, items, depth0)
                    : new Loop(new LoopItems(iterator, condition, frame), null, depth0);
        }

        /**
         * Runs the remaining rounds, then {@code else} if no round completed. As in Jinja, a round that
         * {@code continue} or {@code break} ends early does not count as complete.
         *
         * @param history null if the rounds cannot be resumed
         */
        End run(Frame frame, Loop loop, History history) {
            Run run = frame.run;
            while (true) {
                if (history != null) {
                    history.mark(frame, loop);
                }
                if (!loop.advance()) {
                    break;
                }
                run.budget().step(1);
                entrance.enter(frame);
                if (loopSlot >= 0) {
                    frame.slots[loopSlot] = loop;
                }
                target.assign(frame, loop.current());
                End end = steps.run(frame);
                if (end == End.BREAK) {
                    break;
                }
                if (end == End.DONE) {
                    loop.completeRound();
                }
            }
            entrance.leave(frame);
            if (loop.hasCompletedRound() || otherwise.steps().length == 0) {
                return End.DONE;
            }
            elseEntrance.enter(frame);
            End end = otherwise.run(frame);
            elseEntrance.leave(frame);
            return end;
        }
    }

    @Override
    public End run(Frame frame) {
        frame.run.line = line;
        frame.run.budget().step(cost);
        Loop loop = body.begin(frame, items.value(frame), 0);
        return rounds(frame, loop);
    }

    @Override
    public End resume(Frame frame, Trail trail) {
        return rounds(frame, frame.run.history().loop());
    }

    private End rounds(Frame frame, Loop loop) {
        History history = tracked && loop.canGoBack() ? frame.run.history() : null;
        return body.run(frame, loop, history);
    }
}
