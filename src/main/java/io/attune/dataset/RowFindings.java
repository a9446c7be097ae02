package io.attune.dataset;

import io.attune.json.ValueLimit;
import java.util.function.Consumer;

/**
 * Reports the problems of one row. Remembers whether there was a problem, and how many more values the row may hold.
 */
final class RowFindings {

    private final int line;
    private final Consumer<Finding> findings;
    private final ValueLimit values;
    private boolean sound = true;

    RowFindings(int line, Consumer<Finding> findings, ValueLimit values) {
        this.line = line;
        this.findings = findings;
        this.values = values;
    }

    /** The limit for values that are read from the row's strings. */
    ValueLimit values() {
        return values;
    }

    /** The line of the row, counted from 1. */
    int line() {
        return line;
    }

    /** Whether there was no problem so far. */
    boolean isSound() {
        return sound;
    }

    void tell(String field, String problem) {
        tellUnsupported(null, field, problem);
    }

    void tell(Finding finding) {
        sound = false;
        findings.accept(finding);
    }

    /** Reports a feature that OpenAI has and Attune lacks; {@code what} as in {@link Finding#unsupported}. */
    void tellUnsupported(String what, String field, String problem) {
        tell(new Finding(line, field, problem, what));
    }
}
