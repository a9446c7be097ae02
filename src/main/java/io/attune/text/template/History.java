package io.attune.text.template;

import java.util.ArrayList;
import java.util.List;

/**
 * Records the state of a rendering before each round of the loops in the template's own body. A later rendering can
 * resume from such a mark. Changes to values other than variables are undone one by one.
 */
final class History {

    /**
     * A place at which a rendering can resume.
     *
     * @param seen what the rendering knew about the number of messages
     * @param promptSeen whether the rendering had read {@code add_generation_prompt}
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

    /** Number of slots that count as one item of a list. */
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

    /** The number of marks. */
    int size() {
        return marks.size();
    }

    /** The loop in which the rendering resumes. */
    Loop loop() {
        return loop;
    }

    /** Records how to undo a change that just happened. */
    void undo(Runnable action) {
        undoing.add(action);
    }

    /** Removes all marks except the first {@code count}, because the current change cannot be undone. */
    void forgetAfter(int count) {
        while (marks.size() > count) {
            marks.remove(marks.size() - 1);
        }
    }

    /** Records the state before a round of a loop. */
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
     * Finds the newest mark that a rendering of {@code count} messages, with or without the generation prompt, also
     * passes. Removes all newer marks.
     *
     * @return how many characters were written at that mark; -1 if there is none
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

    /** Goes back to the mark that {@link #find} found. The rendering records the mark again when it resumes. */
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
