package io.attune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.job.JobQueue;
import io.attune.job.Purpose;
import io.attune.job.TestService;
import io.attune.storage.DataFolder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

@ServiceTest
class WorkerRegistryTest {

    @Test
    void attempts_of_this_hosts_dead_worker_are_known_and_those_of_living_ones_left_alone(
            @Autowired ApplicationContext context) {
        TestService service = new TestService(context).empty();
        DataFolder data = service.bean(DataFolder.class);
        WorkerRegistry registry = new WorkerRegistry(service.jdbc(), data);
        JobQueue queue = service.bean(JobQueue.class);
        String dead = registry.register(new Devices(List.of("cpu")));
        String living = registry.register(new Devices(List.of("cpu")));
        service.queuedJob("ftjob-1", 0);
        service.queuedJob("ftjob-2", 0);
        queue.claim(Purpose.TRAIN, dead, Duration.ofSeconds(30)).orElseThrow();
        queue.claim(Purpose.TRAIN, living, Duration.ofSeconds(30)).orElseThrow();
        queue.claim(Purpose.TRAIN, "w", Duration.ofSeconds(30));
        service.jdbc()
                .sql("update worker set pid = 2147483646 where id = :id")
                .param("id", dead)
                .update();
        service.jdbc()
                .sql("update worker set pid = 1 where id = :id")
                .param("id", living)
                .update();

        assertThat(registry.dead()).containsExactly(dead);
    }
}
