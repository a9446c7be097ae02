package io.attune.dataset;

import java.util.function.Consumer;

/** Tells what is wrong with one row, and remembers whether anything was. */
final class RowFindings {

    private final int line;
    private final Consumer<Finding> findings;
    private boolean sound = true;

    RowFindings(int line, Consumer<Finding> findings) {
        this.line = line;
        this.findings = findings;
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
