package io.attune.dataset;

import io.attune.json.ValueLimit;
import java.util.function.Consumer;

/** Tells what is wrong with one row, and remembers whether anything was and how many more values the row may hold. */
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

    /** For what is read from the row's strings. */
    ValueLimit values() {
        return values;
    }

    /** 1-based line of the row. */
    int line() {
        return line;
    }

    /** Whether nothing was told so far. */
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

    /** Tells something that OpenAI has and Attune has not; {@code what} as in {@link Finding#unsupported}. */
    void tellUnsupported(String what, String field, String problem) {
        tell(new Finding(line, field, problem, what));
    }
}
