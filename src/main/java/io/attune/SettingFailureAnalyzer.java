package io.attune;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints a sentence rather than a stack trace when a setting is wrong and its name begins what is said about it. */
class SettingFailureAnalyzer extends AbstractFailureAnalyzer<IllegalArgumentException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, IllegalArgumentException cause) {
        String problem = cause.getMessage();
        return problem != null && problem.startsWith("ATTUNE_")
                ? new FailureAnalysis(problem, "Change that setting; README.md, \"Settings\", lists all.", cause)
                : null;
    }
}
