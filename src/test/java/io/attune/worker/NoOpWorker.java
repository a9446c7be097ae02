package io.attune.worker;

import io.attune.catalog.BaseModel;
import io.attune.catalog.BaseModels;
import io.attune.estimate.Kind;
import io.attune.job.Purpose;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.Claim;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.Slot;
import io.attune.job.event.NewEvent;
import io.attune.job.queue.TestService;
import io.attune.notify.QueueSignals;
import io.attune.pool.Device;
import io.attune.pool.Worker;
import io.attune.pool.WorkerRegistry;
import io.attune.setting.BaseModelLimits;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import io.attune.worker.lease.Drain;
import io.attune.worker.lease.LeasedAttempt;
import io.attune.worker.lease.Leases;
import io.attune.worker.lease.WorkerSettings;
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
    private final Blob artifact;
    private final JobQueue queue;
    private final QueueSignals signals;
    private final WorkerSettings settings =
            WorkerSettings.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(5));
    private final Leases leases;
    private final List<Thread> slots = new ArrayList<>();
    private final Drain drain = new Drain(settings);

    NoOpWorker(TestService service) throws IOException {
        this.service = service;
        this.artifact = service.bean(BlobStore.class).put(new ByteArrayInputStream(new byte[] {1}));
        this.queue = service.bean(JobQueue.class);
        this.signals = service.bean(QueueSignals.class);
        this.leases = new Leases(queue, signals, service.bean(BlobStore.class), settings);
    }

    /** Begins to claim. */
    void start(int validations, int trainings) {
        List<Device> devices = IntStream.range(0, trainings)
                .mapToObj(slot -> new Device("cpu:" + slot, Kind.CPU, 8L << 30))
                .toList();
        List<String> models = service.bean(BaseModels.class).list().stream()
                .map(BaseModel::name)
                .toList();
        String worker = service.bean(WorkerRegistry.class)
                .register(new Worker("here", ProcessHandle.current().pid(), devices, models));
        for (int slot = 0; slot < validations; slot++) {
            slot(Purpose.VALIDATE, "cpu", worker);
        }
        devices.forEach(device -> slot(Purpose.TRAIN, device.name(), worker));
    }

    private void slot(Purpose purpose, String device, String worker) {
        var loop = new ClaimLoop(new Slot(worker, purpose, device), queue, signals, this, settings, drain);
        Thread thread = new Thread(loop, worker + " " + purpose + " " + device);
        thread.start();
        slots.add(thread);
    }

    @Override
    public void run(Claim claim, String device, long claimedAt, Drain drain) throws InterruptedException {
        try (LeasedAttempt held = leases.hold(claim.attempt(), claimedAt)) {
            if (claim.attempt().purpose() == Purpose.VALIDATE) {
                var resolved = claim.job().settings().resolve(new BaseModelLimits(128, List.of("q_proj")));
                List<NewEvent> news = List.of(NewEvent.info("Training file: 20 rows"));
                held.end(new AttemptEnd.Validated(resolved, TestService.report(), null, news));
            } else {
                held.end(new AttemptEnd.Succeeded(1, 100, artifact, artifact));
            }
        }
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
