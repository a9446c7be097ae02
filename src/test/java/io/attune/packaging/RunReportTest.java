package io.attune.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;
import org.opentest4j.TestAbortedException;

class RunReportTest {

    private final RunReport report = new RunReport();

    @Test
    void anAbortedTestIsNamedUnderItsReason() {
        report.executionFinished(
                test("io.attune.trainer.SomeGoldenTest", "weights"),
                TestExecutionResult.aborted(new TestAbortedException("Assumption failed:\n  no file")));

        assertThat(report.lines()).contains("NOT RUN: no file", "    SomeGoldenTest.weights");
    }

    @Test
    void testsSkippedForTheSameReasonStandTogether() {
        report.executionSkipped(test("a.FirstTest", "one"), "no Docker");
        report.executionSkipped(test("a.SecondTest", "two"), "no Docker");

        assertThat(report.lines()).containsSequence("NOT RUN: no Docker", "    FirstTest.one", "    SecondTest.two");
    }

    @Test
    void passedAndFailedTestsAreNotReportedAsNotRun() {
        report.executionFinished(test("a.FirstTest", "one"), TestExecutionResult.successful());
        report.executionFinished(test("a.FirstTest", "two"), TestExecutionResult.failed(new AssertionError("no")));

        assertThat(report.lines()).contains("NOT RUN: nothing, every test that was selected ran");
    }

    private static TestIdentifier test(String className, String method) {
        UniqueId id = UniqueId.forEngine("here").append("method", className + method);
        return TestIdentifier.from(new AbstractTestDescriptor(id, method, MethodSource.from(className, method)) {
            @Override
            public Type getType() {
                return TestDescriptor.Type.TEST;
            }
        });
    }
}
