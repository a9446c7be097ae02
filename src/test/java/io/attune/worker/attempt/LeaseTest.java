package io.attune.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.job.Purpose;
import io.attune.job.attempt.LostAttempts;
import io.attune.worker.lease.WorkerSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

/** An attempt lives as long as its lease. Short troubles of the database or the store do not end it. */
@ServiceTest
@Timeout(120)
class LeaseTest {

    @RegisterExtension
    final ScriptedJob job;

    LeaseTest(@Autowired ApplicationContext context, @TempDir Path temporary) {
        job = new ScriptedJob(context, temporary);
    }

    @Test
    void aWorkerWhoseAttemptWasTakenBackKillsItsTrainerAndWritesNothing() throws Exception {
        job.scriptForTraining("train " + Script.STARTED, "train mark " + job.path("up"), "train hang");
        job.workWith(quick());
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        job.update("update attempt set lease_until = now() - interval '1 second'");
        job.bean(LostAttempts.class).releaseExpired();
        running.join();

        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.value("select outcome from attempt")).isEqualTo("lost");
        assertThat(job.value("select crashes::text from job")).isEqualTo("0");
    }

    @Test
    void aWorkerThatCannotRenewKillsItsTrainerBeforeTheLeaseEnds() throws Exception {
        job.scriptForTraining("train " + Script.STARTED, "train mark " + job.path("up"), "train hang");
        job.workWith(quick());
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch dead = new CountDownLatch(1);
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        ProcessHandle trainer = job.trainer();
        Thread hindrance = new Thread(() -> job.bean(TransactionTemplate.class).executeWithoutResult(status -> {
            job.values("select id from job for update");
            locked.countDown();
            awaitLatch(dead);
        }));
        hindrance.start();
        awaitLatch(locked);

        trainer.onExit().get(30, TimeUnit.SECONDS);

        assertThat(job.value("select (lease_until > now())::text from attempt"))
                .as("the lease still lasts")
                .isEqualTo("true");
        dead.countDown();
        hindrance.join();
        running.join();
        assertThat(job.value("select (ended_at is null)::text from attempt")).isEqualTo("true");
    }

    @Test
    void anAttemptOutlivesBrokenConnectionsToTheDatabase() throws Exception {
        Path go = job.path("up");
        job.scriptForTraining(
                "train " + Script.STARTED,
                "train mark " + go,
                "train " + Script.step(1, 3.0),
                "train " + Script.step(2, 3.0),
                "train " + Script.step(3, 3.0),
                "train folder final",
                "train " + Script.FINISHED,
                "verify say {\"message\": \"verified\", \"reference_loss\": 2.0}");
        Thread running = job.runBeside(Purpose.TRAIN);
        job.awaitFile("up");
        // one connection for all: the pool may still give out one that was broken the time before
        try (Connection breaker = job.bean(DataSource.class).getConnection();
                Statement statement = breaker.createStatement()) {
            for (int i = 0; i < 5; i++) {
                statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where pid <> pg_backend_pid() and datname = current_database()");
                running.join(100);
            }
        }
        running.join();

        assertThat(job.status()).isEqualTo("succeeded");
        assertThat(job.messages()).containsOnlyOnce("The job has successfully completed");
        assertThat(job.value("select count(*)::text from metric")).isEqualTo("3");
    }

    private static WorkerSettings quick() {
        return new WorkerSettings(
                Duration.ofSeconds(6),
                Duration.ofMillis(500),
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofMinutes(5));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
