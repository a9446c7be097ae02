package io.attune.text.template;

import java.time.LocalDateTime;

/** One rendering of a template: its input, its output and its budget. */
final class Run {

    private final Budget budget;
    /** The variables, in the order of the program's names. */
    private final Object[] variables;

    private final LocalDateTime now;
    private final History history;

    private StringBuilder output = new StringBuilder();
    /** Line of the running statement, for messages. */
    int line = 1;

    /**
     * @param now for {@code strftime_now}; null if there is no date
     * @param history null if the run does not need to go back
     * @param work counts the work of this run
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

    /** Runs a step that writes into {@code into}. */
    Step.End divert(StringBuilder into, Step step, Frame frame) {
        StringBuilder around = output;
        output = into;
        Step.End end = step.run(frame);
        output = around;
        return end;
    }

    /** Returns the output of steps instead of writing it. */
    String captured(Steps steps, Frame frame) {
        StringBuilder text = new StringBuilder();
        divert(text, steps::run, frame);
        return text.toString();
    }

    /** Writes to {@code text} from now on, also after a failure that left another output. */
    void writeTo(StringBuilder text) {
        output = text;
    }

    /** Runs a rendering. Adds the line of the template to the message of a failure. */
    void locating(Runnable rendering) {
        try {
            rendering.run();
        } catch (TemplateException e) {
            throw new TemplateException(e.getMessage() + " (Line " + line + " of the template.)");
        }
    }
}
