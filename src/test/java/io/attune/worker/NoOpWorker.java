package io.attune.worker;

import io.attune.catalog.BaseModels;
import io.attune.job.Attempt;
import io.attune.job.AttemptEnd;
import io.attune.job.AttemptJournal;
import io.attune.job.FineTuningJob;
import io.attune.job.FineTuningJobs;
import io.attune.job.JobQueue;
import io.attune.job.Metric;
import io.attune.job.NewEvent;
import io.attune.job.Progress;
import io.attune.job.Publication;
import io.attune.job.Purpose;
import io.attune.job.QueueBell;
import io.attune.job.TestService;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import io.attune.storage.DataFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A worker whose trainers do nothing: what a trainer's process would say is said at once. All else is the product's: the claims of its
 * slots, leases and their renewals, what is written down on the way, blobs, and the ends.
 */
final class NoOpWorker implements ClaimLoop.Work, AutoCloseable {

    private final TestService service;
    private final AttemptJournal journal;
    private final AttemptEnd end;
    private final FineTuningJobs jobs;
    private final BlobStore blobs;
    private final JobQueue queue;
    private final QueueBell bell;
    private final WorkerSettings settings = WorkerSettings.of(
            Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(5), "64m");
    private final List<Thread> slots = new ArrayList<>();
    private final Drain drain = new Drain(settings);

    NoOpWorker(TestService service) {
        this.service = service;
        this.journal = service.bean(AttemptJournal.class);
        this.end = service.bean(AttemptEnd.class);
        this.jobs = service.bean(FineTuningJobs.class);
        this.blobs = service.bean(BlobStore.class);
        this.queue = service.bean(JobQueue.class);
        this.bell = service.bean(QueueBell.class);
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
        var loop = new ClaimLoop(purpose, device, worker, queue, bell, this, settings, drain);
        Thread thread = new Thread(loop, worker + " " + purpose + " " + device);
        thread.start();
        slots.add(thread);
    }

    @Override
    public void run(Attempt attempt, String device, long claimedAt, Drain drain)
            throws InterruptedException {
        try (var lease = new LeaseKeeper(queue, bell, attempt, settings, claimedAt)) {
            FineTuningJob job = lease.persist(() -> jobs.findById(attempt.job()).orElseThrow());
            lease.persist(() -> journal.specification(attempt, "{\"mode\": \"none\", \"job\": \"" + job.id() + "\"}"));
            if (attempt.purpose() == Purpose.VALIDATE) {
                var resolved = job.settings().resolve(List.of("q_proj"), 128);
                List<NewEvent> news = List.of(NewEvent.info("Training file: 20 rows"));
                lease.persistEnd(() -> end.validated(attempt, resolved, TestService.report(), null, news));
            } else {
                train(attempt, job, device, lease);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void train(Attempt attempt, FineTuningJob job, String device, LeaseKeeper lease)
            throws IOException, InterruptedException {
        lease.persist(() -> journal.resumeCheckpoint(attempt));
        lease.persist(() -> journal.events(attempt, List.of(NewEvent.info("Training 100 parameters in 1 steps"))));
        Progress progress = new Progress(1, 1, 2.5, 100.0, device, attempt.number(), 1L, null, null);
        lease.persist(() -> journal.steps(attempt, List.of(step()), progress));
        lease.persist(() -> journal.events(attempt, List.of(NewEvent.info("Verifying the tuned model"))));
        String csv = ResultsCsv.of(lease.persist(() -> journal.metricsOf(attempt)), null) + "# " + job.id() + "\n";
        Blob results = lease.persist(() -> blobs.put(bytes(csv)));
        Blob artifact = lease.persist(() -> blobs.put(bytes("weights of " + job.id())));
        lease.persistEnd(() -> end.succeeded(attempt, new Publication(1, 100, artifact, results)));
    }

    private static Metric step() {
        return new Metric(1, 1, 2.5, 0.25, 1e-4, 1.0, 100L, 50L, 0.1, null, null);
    }

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
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
