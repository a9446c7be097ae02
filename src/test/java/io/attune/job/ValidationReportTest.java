package io.attune.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.job.queue.TestService;
import org.junit.jupiter.api.Test;

class ValidationReportTest {

    @Test
    void
            a_report_that_was_kept_before_there_were_sequences_and_warnings_is_read_as_one_sequence_a_row_and_no_warning() {
        ValidationReport report = JobJson.read("""
                {"training_file": {"id": "file-1", "rows": 20, "tokens": 100, "target_tokens": 50,
                  "tokens_per_row": {"min": 5, "mean": 7.5, "median": 7, "p95": 9, "max": 10},
                  "truncated_rows": 1, "dropped_rows": 0, "duplicate_rows": {"count": 0, "lines": []},
                  "findings": [], "more_findings": 0},
                 "validation_file": null, "overlap": null}
                """, ValidationReport.class);

        assertThat(report.passed()).isTrue();
        assertThat(report.trainingFile().sequences()).isEqualTo(20);
        assertThat(report.trainingFile().warnings()).isEmpty();
        assertThat(report.trainingFile().moreWarnings()).isZero();
        assertThat(report.trainingFile().controlTokenRows()).isZero();
        assertThat(report.trainingFile().mergedBorders()).isZero();
    }

    @Test
    void aReportIsReadAsItWasWritten() {
        ValidationReport report = TestService.report();

        assertThat(JobJson.read(JobJson.text(report), ValidationReport.class)).isEqualTo(report);
    }
}
