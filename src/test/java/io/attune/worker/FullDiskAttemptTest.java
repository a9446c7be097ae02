package io.attune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.disk.Disks;
import io.attune.disk.Room;
import io.attune.job.Purpose;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** A job waits while the disk of its worker is full. This is not a failure of the job. */
@ServiceTest
@Timeout(120)
class FullDiskAttemptTest {

    @RegisterExtension
    final ScriptedJob job;

    FullDiskAttemptTest(@Autowired ApplicationContext context, @TempDir Path temporary) {
        job = new ScriptedJob(context, temporary);
    }

    @Test
    void aFullDiskIsWaitedForEverLongerAndIsNotTheJobsFault() throws Exception {
        job.scriptForTraining(
                "train " + Script.STARTED, "train " + Script.failed("no_space", "No space left on device"));
        job.run(Purpose.TRAIN);
        for (int again = 0; again < 5; again++) {
            assertThat(job.run(Purpose.TRAIN)).as("before the pause is over").isEmpty();
            job.runAgain();
        }

        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.value("select string_agg(outcome, ' ') from attempt"))
                .isEqualTo("interrupted interrupted interrupted interrupted interrupted interrupted");
        assertThat(job.value("select (not_before > now() + interval '30 seconds')::text from job"))
                .isEqualTo("true");
        assertThat(job.value("select crashes || ' ' || retries from job")).isEqualTo("0 6");
        assertThat(job.value("select progress ->> 'waiting' from job"))
                .isEqualTo(
                        "The attempt was interrupted. The job is tried again in 32 seconds, to begin from the start. The worker's"
                                + " disk is full: No space left on device");
        job.update("update job set retries = 4000");
        job.runAgain();
        assertThat(
                        job.value(
                                "select (not_before between now() + interval '4 minutes' and now() + interval '5 minutes')::text from job"))
                .as("never longer than five minutes")
                .isEqualTo("true");
    }

    @Test
    void aJobWaitsWhileTheWorkersDiskIsFullAndBeginsWhenThereIsRoom() throws Exception {
        job.script("validate " + Script.validated(20, ""));
        job.useDisks(new Disks(List.of(job.folders().attempts()), 64_000_000, folder -> 2_000_000));
        job.run(Purpose.VALIDATE);

        assertThat(job.status()).isEqualTo("validating_files");
        assertThat(job.value("select outcome from attempt")).isEqualTo("interrupted");
        assertThat(job.value("select crashes from job")).isEqualTo("0");
        assertThat(job.value("select progress ->> 'waiting' from job"))
                .contains("The disk of " + job.folders().attempts()
                        + " is full: 2.0 MB are free, and 64.0 MB are needed.");

        job.useDisks(Room.ample());
        job.update("update job set not_before = null");
        job.run(Purpose.VALIDATE);
        assertThat(job.status()).isEqualTo("queued");
    }

    /** Native code that writes to a full disk may be killed by it. */
    @Test
    void aTrainerThatDiesWithoutAWordOnAFullDiskIsNotCountedAsACrash() throws Exception {
        job.scriptForTraining("train " + Script.STARTED, "train die 1");
        AtomicBoolean begun = new AtomicBoolean();
        job.useDisks(new Disks(
                List.of(job.folders().attempts()), 64_000_000, folder -> begun.getAndSet(true) ? 0 : 64_000_000));
        for (int time = 0; time < 4; time++) {
            begun.set(false);
            job.update("update job set not_before = null");
            job.run(Purpose.TRAIN);
        }

        assertThat(job.status()).isEqualTo("queued");
        assertThat(job.value("select crashes || ' ' || retries from job")).isEqualTo("0 4");
        assertThat(job.value("select progress ->> 'waiting' from job")).contains("is full: 0.0 MB are free");
    }
}
