package io.attune.worker;

import io.attune.catalog.BaseModels;
import io.attune.job.Attempt;
import io.attune.job.FineTuningJob;
import io.attune.job.FineTuningJobs;
import io.attune.job.Purpose;
import io.attune.job.event.NewEvent;
import io.attune.job.queue.AttemptEnd;
import io.attune.job.queue.JobQueue;
import io.attune.job.queue.Publication;
import io.attune.job.queue.TestService;
import io.attune.notify.QueueSignals;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import io.attune.storage.DataFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A worker whose trainers do nothing, say nothing on the way, and all leave the same artifact. All else is the product's: the claims of its
 * slots, leases and their renewals, and the ends, with all that they write.
 */
final class NoOpWorker implements ClaimLoop.Work, AutoCloseable {

    private final TestService service;
    private final AttemptEnd end;
    private final FineTuningJobs jobs;
    private final Blob artifact;
    private final JobQueue queue;
    private final QueueSignals signals;
    private final WorkerSettings settings =
            WorkerSettings.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(5), "64m");
    private final Leases leases;
    private final List<Thread> slots = new ArrayList<>();
    private final Drain drain = new Drain(settings);

    NoOpWorker(TestService service) throws IOException {
        this.service = service;
        this.end = service.bean(AttemptEnd.class);
        this.jobs = service.bean(FineTuningJobs.class);
        this.artifact = service.bean(BlobStore.class).put(new ByteArrayInputStream(new byte[] {1}));
        this.queue = service.bean(JobQueue.class);
        this.signals = service.bean(QueueSignals.class);
        this.leases = new Leases(queue, signals, settings);
    }

    /** Begins to claim. */
    void start(int validations, int trainings) {
        var registry =
                new WorkerRegistry(service.jdbc(), service.bean(BaseModels.class), service.bean(DataFolder.class));
        List<Device> devices = IntStream.range(0, trainings)
                .mapToObj(slot -> new Device("cpu:" + slot, Device.Kind.CPU, 8L << 30))
                .toList();
        String worker = registry.register(new Devices(devices));
        for (int slot = 0; slot < validations; slot++) {
            slot(Purpose.VALIDATE, "cpu", worker);
        }
        devices.forEach(device -> slot(Purpose.TRAIN, device.name(), worker));
    }

    private void slot(Purpose purpose, String device, String worker) {
        var loop = new ClaimLoop(purpose, device, worker, queue, signals, this, settings, drain);
        Thread thread = new Thread(loop, worker + " " + purpose + " " + device);
        thread.start();
        slots.add(thread);
    }

    @Override
    public void run(Attempt attempt, String device, long claimedAt, Drain drain) throws InterruptedException {
        try (var lease = leases.keep(attempt, claimedAt)) {
            FineTuningJob job = lease.persist(() -> jobs.findById(attempt.job()).orElseThrow());
            if (attempt.purpose() == Purpose.VALIDATE) {
                var resolved = job.settings().resolve(List.of("q_proj"), 128);
                List<NewEvent> news = List.of(NewEvent.info("Training file: 20 rows"));
                lease.persistEnd(() -> end.validated(attempt, resolved, TestService.report(), null, news));
            } else {
                train(attempt, lease);
            }
        }
    }

    private void train(Attempt attempt, LeaseKeeper lease) throws InterruptedException {
        lease.persistEnd(() -> end.succeeded(attempt, new Publication(1, 100, artifact, artifact)));
    }

    /** Ends the slots. */
    @Override
    public void close() throws InterruptedException {
        drain.begin();
        for (Thread slot : slots) {
            slot.join();
        }
    }
}
