package io.attune;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Prints a sentence instead of a stack trace if a setting is wrong. The message must begin with the name of the
 * setting.
 */
class SettingFailureAnalyzer extends AbstractFailureAnalyzer<IllegalArgumentException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, IllegalArgumentException cause) {
        String problem = cause.getMessage();
        return problem != null && problem.startsWith("ATTUNE_")
                ? new FailureAnalysis(problem, "Change that setting; README.md, \"Settings\", lists all.", cause)
                : null;
    }
}
