package io.attune.worker;

import static org.awaitility.Awaitility.await;

import io.attune.ServiceTest;
import io.attune.job.queue.TestService;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** The short form of benchmarks/queue: what it finds out, not how fast. */
@ServiceTest
@Timeout(120)
class QueueThroughputTest {

    @Test
    void twoBusyWorkersOfSeveralSlotsDoEveryJobExactlyOnce(@Autowired ApplicationContext context) throws Exception {
        TestService service = new TestService(context).empty();
        IntStream.range(0, 500).forEach(number -> service.job("ftjob-" + (10_000_000 + number), number % 3));
        QueueCheck check = new QueueCheck(service.jdbc(), 500);

        try (NoOpWorker first = new NoOpWorker(service);
                NoOpWorker second = new NoOpWorker(service)) {
            first.start(2, 2);
            second.start(2, 2);
            await().atMost(Duration.ofSeconds(100)).until(check::over);
        }

        check.passes();
    }
}
