package io.attune.job;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads and writes the table {@code validation}: one report per job, from the newest attempt that made a report.
 */
@Component
public class ValidationReports {

    private final JdbcClient jdbc;

    ValidationReports(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps the report of a job. The caller has passed the fence. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void keep(String job, ValidationReport report) {
        jdbc.sql("""
                        insert into validation (job, passed, report) values (:job, :passed, :report::jsonb)
                        on conflict (job) do update
                        set passed = excluded.passed, report = excluded.report, created_at = excluded.created_at""")
                .param("job", job)
                .param("passed", report.passed())
                .param("report", JobJson.text(report))
                .update();
    }

    public Optional<ValidationReport> find(String job) {
        return jdbc.sql("select report from validation where job = :job")
                .param("job", job)
                .query((row, n) -> JobJson.read(row.getString("report"), ValidationReport.class))
                .optional();
    }
}
