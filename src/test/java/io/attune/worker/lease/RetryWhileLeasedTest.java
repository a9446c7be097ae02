package io.attune.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.ServiceTest;
import io.attune.job.Attempt;
import io.attune.job.Purpose;
import io.attune.job.attempt.JobQueue;
import io.attune.job.queue.TestService;
import io.attune.notify.QueueSignals;
import io.attune.storage.BlobStore;
import io.attune.storage.StoreUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

@ServiceTest
@Timeout(120)
class RetryWhileLeasedTest {

    private final TestService service;

    RetryWhileLeasedTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
    }

    @Test
    void aStoreThatIsAwayForAMomentIsWaitedFor() throws Exception {
        service.empty().queuedJob("ftjob-12345678", 0);
        Attempt attempt = service.claim(Purpose.TRAIN).orElseThrow();
        AtomicInteger tries = new AtomicInteger();
        try (LeasedAttempt held = leases().hold(attempt, System.nanoTime())) {
            var retry = new RetryWhileLeased(held.name(), held.lease());
            int answer = retry.call(() -> {
                if (tries.incrementAndGet() < 3) {
                    throw new UncheckedIOException(new StoreUnavailableException("no answer", null));
                }
                return 42;
            });

            assertThat(answer).isEqualTo(42);
            assertThatThrownBy(() -> retry.call(() -> {
                        throw new IOException("something else");
                    }))
                    .isExactlyInstanceOf(IOException.class);
        }
    }

    private Leases leases() {
        WorkerSettings settings =
                WorkerSettings.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(5));
        return new Leases(
                service.bean(JobQueue.class),
                service.bean(QueueSignals.class),
                service.bean(BlobStore.class),
                settings);
    }
}
