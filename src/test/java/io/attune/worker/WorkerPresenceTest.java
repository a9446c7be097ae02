package io.attune.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.attune.ServiceTest;
import io.attune.catalog.BaseModels;
import io.attune.estimate.Kind;
import io.attune.job.Purpose;
import io.attune.job.attempt.Claim;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.LostAttempts;
import io.attune.job.attempt.Slot;
import io.attune.job.queue.TestService;
import io.attune.pool.Device;
import io.attune.pool.WorkerRegistry;
import io.attune.storage.DataFolder;
import io.attune.worker.device.Devices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.util.FileSystemUtils;

@ServiceTest
class WorkerPresenceTest {

    private static final Devices TWO =
            new Devices(List.of(new Device("cpu", Kind.CPU, 1L << 40), new Device("cuda:0", Kind.CUDA, 1L << 34)));

    private final TestService service;
    private final WorkerPresence presence;

    WorkerPresenceTest(@Autowired ApplicationContext context) {
        service = new TestService(context);
        presence = new WorkerPresence(
                service.bean(WorkerRegistry.class),
                service.bean(LostAttempts.class),
                service.bean(BaseModels.class),
                TWO,
                service.bean(DataFolder.class));
    }

    @BeforeEach
    void empty() {
        service.empty();
    }

    @Test
    void attemptsOfThisHostsDeadWorkerAreKnownAndThoseOfLivingOnesLeftAlone() {
        JobQueue queue = service.bean(JobQueue.class);
        String dead = presence.begin();
        String living = presence.begin();
        service.queuedJob("ftjob-1", 0);
        service.queuedJob("ftjob-2", 0);
        queue.claim(new Slot(dead, Purpose.TRAIN, "cpu"), Duration.ofSeconds(30))
                .map(Claim::attempt)
                .orElseThrow();
        queue.claim(new Slot(living, Purpose.TRAIN, "cpu"), Duration.ofSeconds(30))
                .map(Claim::attempt)
                .orElseThrow();
        pid(dead, 2147483646);
        pid(living, 1);

        assertThat(presence.dead()).containsExactly(dead);
    }

    @Test
    void aWorkerShowsItsSlotsAndItsModels() {
        String worker = presence.begin();

        assertThat(slots(worker)).containsExactly("cpu cpu 1099511627776", "cuda:0 cuda 17179869184");
        assertThat(models(worker)).contains(TestService.MODEL);
    }

    @Test
    void aModelThatComesOrGoesIsKnownAtTheNextSignOfLife() throws IOException {
        String worker = presence.begin();
        Path folder = service.bean(DataFolder.class).models().resolve("come-and-gone");
        try {
            Files.createDirectory(folder);
            Files.writeString(
                    folder.resolve("attune.json"),
                    Files.readString(service.bean(DataFolder.class).models().resolve("tiny/attune.json"))
                            .replace(TestService.MODEL, "come/and-gone"));
            presence.show(worker);
            assertThat(models(worker)).contains("come/and-gone", TestService.MODEL);
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
        presence.show(worker);
        assertThat(models(worker)).contains(TestService.MODEL).doesNotContain("come/and-gone");
    }

    @Test
    void workersLongGoneAreForgottenAndOneThatComesBackIsThereAgain() {
        String slept = presence.begin();
        String worked = presence.begin();
        service.queuedJob("ftjob-1", 0);
        service.bean(JobQueue.class)
                .claim(new Slot(worked, Purpose.TRAIN, "cpu"), Duration.ofSeconds(30))
                .map(Claim::attempt)
                .orElseThrow();
        service.jdbc()
                .sql("update worker set seen_at = now() - interval '25 hours' where id in (:ids)")
                .param("ids", List.of(slept, worked))
                .update();

        presence.begin();
        assertThat(workers()).doesNotContain(slept).contains(worked);
        assertThat(slots(slept)).isEmpty();
        assertThat(slots(worked)).isEmpty();

        presence.show(slept);
        assertThat(workers()).contains(slept);
        assertThat(slots(slept)).hasSize(2);
        assertThat(models(slept)).contains(TestService.MODEL);
    }

    private List<String> workers() {
        return service.jdbc().sql("select id from worker").query(String.class).list();
    }

    private List<String> slots(String worker) {
        return service.jdbc()
                .sql(
                        "select name || ' ' || kind || ' ' || memory from worker_slot where worker = :worker order by name")
                .param("worker", worker)
                .query(String.class)
                .list();
    }

    private List<String> models(String worker) {
        return service.jdbc()
                .sql("select model from worker_model where worker = :worker")
                .param("worker", worker)
                .query(String.class)
                .list();
    }

    private void pid(String worker, long pid) {
        service.jdbc()
                .sql("update worker set pid = :pid where id = :id")
                .param("pid", pid)
                .param("id", worker)
                .update();
    }
}
