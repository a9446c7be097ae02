package io.attune.text.template;

import java.time.LocalDateTime;

/** One rendering of a template: what it has written, what it has used, and what it was given. */
final class Run {

    private final Budget budget;
    /** The variables, in the order of the program's names. */
    private final Object[] variables;

    private final LocalDateTime now;
    private final History history;

    private StringBuilder output = new StringBuilder();
    /** Line of the statement that runs, for messages. */
    int line = 1;

    /**
     * @param now for {@code strftime_now}; null if there is no date
     * @param history null if the run need not go back
     * @param work that the run adds its own to
     */
    Run(Object[] variables, LocalDateTime now, History history, Work work) {
        this.budget = new Budget(work);
        this.variables = variables;
        this.now = now;
        this.history = history;
    }

    Budget budget() {
        return budget;
    }

    History history() {
        return history;
    }

    LocalDateTime now() {
        if (now == null) {
            throw new TemplateException("The chat template asks for the date, but none is given.");
        }
        return now;
    }

    Object variable(int index) {
        return variables[index];
    }

    StringBuilder output() {
        return output;
    }

    void write(String text) {
        budget.extend(output, text.length());
        output.append(text);
    }

    /** Lets steps write into {@code into}. */
    Step.End divert(StringBuilder into, Step step, Frame frame) {
        StringBuilder around = output;
        output = into;
        Step.End end = step.run(frame);
        output = around;
        return end;
    }

    /** What steps write, rather than writing it. */
    String captured(Steps steps, Frame frame) {
        StringBuilder text = new StringBuilder();
        divert(text, steps::run, frame);
        return text.toString();
    }

    /** From now on writes to {@code text}, wherever a failure may have left it. */
    void writeTo(StringBuilder text) {
        output = text;
    }

    /** Does something that renders, and lets its failure tell the line of the template. */
    void locating(Runnable rendering) {
        try {
            rendering.run();
        } catch (TemplateException e) {
            throw new TemplateException(e.getMessage() + " (Line " + line + " of the template.)");
        }
    }
}
