package io.attune.packaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints at the end of a test run which tests were skipped or aborted and why, so that nobody takes a green build for more than it is,
 * and which PostgreSQL the tests ran on (the system property {@code attune.test.postgres}, set by whatever starts it).
 */
public final class RunReport implements TestExecutionListener {

    /** Set by the tests' database to a few words: {@code embedded PostgreSQL 18.6}. */
    public static final String POSTGRES = "attune.test.postgres";

    // reason -> names of the tests
    private final Map<String, TreeSet<String>> notRun = new TreeMap<>();

    @Override
    public synchronized void executionSkipped(TestIdentifier test, String reason) {
        notRun.computeIfAbsent(oneLine(reason), r -> new TreeSet<>()).add(name(test));
    }

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            executionSkipped(
                    test, result.getThrowable().map(Throwable::getMessage).orElse("aborted"));
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        lines().forEach(System.out::println);
    }

    synchronized List<String> lines() {
        var lines = new ArrayList<String>();
        if (System.getProperty(POSTGRES) != null) {
            lines.add("PostgreSQL of the tests: " + System.getProperty(POSTGRES));
        }
        notRun.forEach((reason, tests) -> {
            lines.add("NOT RUN: " + reason);
            tests.forEach(test -> lines.add("    " + test));
        });
        if (notRun.isEmpty()) {
            lines.add("NOT RUN: nothing, every test that was selected ran");
        }
        return lines;
    }

    private static String name(TestIdentifier test) {
        TestSource source = test.getSource().orElse(null);
        if (source instanceof MethodSource method) {
            return simple(method.getClassName()) + "." + method.getMethodName();
        }
        if (source instanceof ClassSource type) {
            return simple(type.getClassName()) + " (all)";
        }
        return test.getDisplayName();
    }

    private static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    private static String oneLine(String reason) {
        return reason == null
                ? "no reason given"
                : reason.strip().replaceAll("\\s+", " ").replaceFirst("^Assumption failed: ", "");
    }
}
