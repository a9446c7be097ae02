package io.attune.job.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.ServiceTest;
import io.attune.job.JobStatus;
import io.attune.job.event.NewEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.support.TransactionTemplate;

@ServiceTest
class TransitionsTest {

    private final TestService service;

    TransitionsTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
    }

    @BeforeEach
    void empty() {
        service.empty();
    }

    @Test
    void theTableInTheDocsTheOneInSqlAndTheOneInJavaAreTheSame() throws IOException {
        Set<String> java = new TreeSet<>();
        for (JobStatus from : JobStatus.values()) {
            for (JobStatus to : JobStatus.values()) {
                if (Transitions.allowed(from, to)) {
                    java.add(from.text() + " > " + to.text());
                }
            }
        }
        Set<String> sql = new TreeSet<>(service.jdbc()
                .sql("select from_status || ' > ' || to_status from job_transition")
                .query(String.class)
                .list());

        assertThat(sql).hasSize(15).isEqualTo(java);
        assertThat(written()).isEqualTo(java);
    }

    /** The changes that the table in docs/job-states.md lists. */
    private static Set<String> written() throws IOException {
        Set<String> moves = new TreeSet<>();
        List<String> lines = Files.readAllLines(Path.of("docs/job-states.md"));
        int row = lines.indexOf("| from | to |") + 2;
        assertThat(row).as("the table in docs/job-states.md").isGreaterThan(1);
        for (; lines.get(row).startsWith("|"); row++) {
            String[] cells = lines.get(row).split("\\|");
            for (String from : names(cells[1])) {
                names(cells[2]).forEach(to -> moves.add(from + " > " + to));
            }
        }
        return moves;
    }

    private static List<String> names(String cell) {
        return Pattern.compile("`([a-z_]+)`")
                .matcher(cell)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void theDatabaseTakesEveryChangeOfTheTableAndNoOther() {
        for (JobStatus from : JobStatus.values()) {
            for (JobStatus to : JobStatus.values()) {
                if (to == from) {
                    continue;
                }
                String job = service.job("ftjob-" + from.text() + "-" + to.text(), 0);
                wayTo(from).forEach(step -> write(job, step));
                ThrowingCallable change = () -> write(job, to);
                if (Transitions.allowed(from, to)) {
                    assertThatNoException().as(job).isThrownBy(change);
                    assertThat(service.status(job)).isEqualTo(to.text());
                } else {
                    assertThatThrownBy(change)
                            .isInstanceOf(DataIntegrityViolationException.class)
                            .hasMessageContaining("job " + job + " cannot go from " + from.text() + " to " + to.text());
                    assertThat(service.status(job)).isEqualTo(from.text());
                }
            }
        }
    }

    private static List<JobStatus> wayTo(JobStatus status) {
        return switch (status) {
            case VALIDATING_FILES -> List.of();
            case QUEUED, PAUSED, FAILED, CANCELLED -> List.of(status);
            case RUNNING -> List.of(JobStatus.QUEUED, status);
            case SUCCEEDED -> List.of(JobStatus.QUEUED, JobStatus.RUNNING, status);
        };
    }

    /** By SQL alone, with all that belongs to the status. */
    private void write(String job, JobStatus status) {
        service.jdbc()
                .sql("""
                        update job set status = :status, resolved = '{}', rendered_at = now(), started_at = now(),
                            finished_at = case when :ended then now() end,
                            training_blob = case when not :ended then training_blob end,
                            error_code = case when :status = 'failed' then 'x' end,
                            fine_tuned_model = case when :status = 'succeeded' then id end
                        where id = :job""")
                .param("status", status.text())
                .param("ended", status.ended())
                .param("job", job)
                .update();
    }

    @ParameterizedTest
    @EnumSource(names = "VALIDATING_FILES", mode = EnumSource.Mode.EXCLUDE)
    void aJobBeginsWithTheValidationOfItsFiles(JobStatus other) {
        service.job("ftjob-1", 0);
        assertThatThrownBy(() ->
                        service.jdbc().sql("""
                                insert into job (id, project_id, status, model, training_file, training_blob, seed, settings)
                                select 'ftjob-2', project_id, :status, model, training_file, training_blob, seed, settings from job""").param("status", other.text()).update())
                .hasMessageContaining("job ftjob-2 cannot begin as " + other.text());
    }

    @ParameterizedTest
    @CsvSource({
        "job_claimed_only_at_work, claimed = true, PAUSED",
        "job_claimed_only_at_work, claimed = true, FAILED",
        "job_asked_only_at_work, stop_requested = 'cancel', QUEUED",
        "job_asked_only_at_work, stop_requested = 'pause', PAUSED",
        "job_asked_only_at_work, stop_requested = 'pause', SUCCEEDED",
        "job_queued_once_validated, resolved = null, QUEUED",
        "job_dated_once_validated, rendered_at = null, QUEUED",
        "job_running_has_started, started_at = null, RUNNING",
        "job_holds_its_files, training_blob = null, RUNNING",
        "job_holds_its_files, validation_blob = (select sha256 from blob limit 1), CANCELLED"
    })
    void whatDoesNotBelongToAStatusIsRefused(String constraint, String change, JobStatus status) {
        String job = service.job("ftjob-1", 0);
        wayTo(status).forEach(step -> write(job, step));

        assertThatThrownBy(() -> service.jdbc().sql("update job set " + change).update())
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageContaining(constraint);
    }

    @ParameterizedTest
    @EnumSource(names = {"SUCCEEDED", "FAILED", "CANCELLED"})
    void whatHasEndedStaysAsItIs(JobStatus ended) {
        assertThat(ended.ended()).isTrue();
        assertThat(Arrays.stream(JobStatus.values())).noneMatch(to -> Transitions.allowed(ended, to));
    }

    @Test
    void aForbiddenChangeChangesNothingAndWritesNoEvent() {
        String job = service.job("ftjob-1", 0);
        var lifecycle = service.bean(JobLifecycle.class);
        var transaction = service.bean(TransactionTemplate.class);

        assertThatThrownBy(() -> transaction.executeWithoutResult(
                        status -> lifecycle.move(job, JobStatus.RUNNING, NewEvent.info("running"))))
                .hasMessageContaining("from validating_files to running");

        assertThat(service.status(job)).isEqualTo("validating_files");
        assertThat(service.messages(job)).isEmpty();
    }

    @Test
    void aChangeAndItsEventAreOne() {
        String job = service.job("ftjob-1", 0);
        var lifecycle = service.bean(JobLifecycle.class);
        var transaction = service.bean(TransactionTemplate.class);

        transaction.executeWithoutResult(status -> {
            lifecycle.move(job, JobStatus.PAUSED, NewEvent.info("paused"));
            status.setRollbackOnly();
        });

        assertThat(service.status(job)).isEqualTo("validating_files");
        assertThat(service.messages(job)).isEmpty();
    }
}
