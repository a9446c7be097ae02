package io.attune.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.ServiceTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
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
    void the_table_is_the_one_that_is_drawn() {
        List<String> moves = new ArrayList<>();
        for (JobStatus from : JobStatus.values()) {
            for (JobStatus to : JobStatus.values()) {
                if (Transitions.allowed(from, to)) {
                    moves.add(from.text() + " > " + to.text());
                }
            }
        }
        assertThat(moves)
                .containsExactlyInAnyOrder(
                        "validating_files > queued",
                        "validating_files > paused",
                        "validating_files > failed",
                        "validating_files > cancelled",
                        "queued > running",
                        "queued > paused",
                        "queued > cancelled",
                        "running > succeeded",
                        "running > failed",
                        "running > cancelled",
                        "running > paused",
                        "running > queued",
                        "paused > validating_files",
                        "paused > queued",
                        "paused > cancelled");
    }

    @ParameterizedTest
    @EnumSource(names = {"SUCCEEDED", "FAILED", "CANCELLED"})
    void what_has_ended_stays_as_it_is(JobStatus ended) {
        assertThat(ended.ended()).isTrue();
        assertThat(Arrays.stream(JobStatus.values())).noneMatch(to -> Transitions.allowed(ended, to));
    }

    @Test
    void a_forbidden_change_changes_nothing_and_writes_no_event() {
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
    void a_change_and_its_event_are_one() {
        String job = service.job("ftjob-1", 0);
        var lifecycle = service.bean(JobLifecycle.class);
        var transaction = service.bean(TransactionTemplate.class);

        transaction.executeWithoutResult(status -> {
            lifecycle.move(job, JobStatus.QUEUED, NewEvent.info("queued"));
            status.setRollbackOnly();
        });

        assertThat(service.status(job)).isEqualTo("validating_files");
        assertThat(service.messages(job)).isEmpty();
    }
}
