package io.attune.text.template;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a rendering can be taken up again: its state before each round of the loops of the template's own body. What
 * templates can change, other than variables, is put back by undoing each change.
 */
final class History {

    /**
     * @param seen what the rendering knew then of the messages
     * @param promptSeen whether it had looked at {@code add_generation_prompt}
     */
    private record Mark(
            int[] path,
            Object[] slots,
            Loop loop,
            Loop.Place place,
            int written,
            int changes,
            Budget.Used used,
            Messages.Seen seen,
            boolean promptSeen) {}

    /** Slots that count as an item of a list. */
    private static final int SLOTS = 8;

    private final Messages messages;
    private final GenerationPrompt prompt;
    private final Trail trail = new Trail();
    private final List<Mark> marks = new ArrayList<>();
    private final List<Runnable> undoing = new ArrayList<>();
    private Loop loop;

    History(Messages messages, GenerationPrompt prompt) {
        this.messages = messages;
        this.prompt = prompt;
    }

    Trail trail() {
        return trail;
    }

    /** How many places there are to go back to. */
    int size() {
        return marks.size();
    }

    /** The loop that the rendering resumes in. */
    Loop loop() {
        return loop;
    }

    /** Notes how a change that was just made is undone. */
    void undo(Runnable action) {
        undoing.add(action);
    }

    /** Forgets all places but the first {@code count}, since what changed now cannot be undone. */
    void forgetAfter(int count) {
        while (marks.size() > count) {
            marks.remove(marks.size() - 1);
        }
    }

    /** Notes the state before a round of a loop. */
    void mark(Frame frame, Loop running) {
        Run run = frame.run;
        run.budget().produceItems(1L + frame.slots.length / SLOTS);
        marks.add(new Mark(
                trail.path(),
                frame.slots.clone(),
                running,
                running.place(),
                run.output().length(),
                undoing.size(),
                run.budget().used(),
                messages.seen(),
                prompt.seen()));
    }

    /**
     * Finds the newest place that a rendering of {@code count} messages, with or without the generation prompt, comes
     * by too, and forgets those after it.
     *
     * @return how many characters were written then; -1 if there is no such place
     */
    int find(int count, boolean addGenerationPrompt) {
        for (int last = marks.size() - 1; last >= 0; last--) {
            Mark mark = marks.get(last);
            boolean samePrompt = !mark.promptSeen() || prompt.value() == addGenerationPrompt;
            if (samePrompt && mark.seen().holdsFor(count)) {
                return mark.written();
            }
            marks.remove(last);
        }
        return -1;
    }

    /** Goes back to the place that was found. It is noted again as soon as the rendering resumes. */
    void goBack(Frame frame) {
        Mark mark = marks.remove(marks.size() - 1);
        for (int i = undoing.size() - 1; i >= mark.changes(); i--) {
            undoing.remove(i).run();
        }
        Run run = frame.run;
        System.arraycopy(mark.slots(), 0, frame.slots, 0, frame.slots.length);
        run.output().setLength(mark.written());
        run.budget().reset(mark.used());
        messages.reset(mark.seen());
        prompt.set(prompt.value(), mark.promptSeen());
        trail.retrace(mark.path());
        loop = mark.loop();
        loop.goTo(mark.place());
    }
}
