package io.attune.worker;

import io.attune.catalog.BaseModels;
import io.attune.job.AttemptEnd;
import io.attune.job.AttemptJournal;
import io.attune.job.FineTuningJobs;
import io.attune.job.JobQueue;
import io.attune.job.JobRelease;
import io.attune.job.Purpose;
import io.attune.job.QueueBell;
import io.attune.storage.BlobStore;
import io.attune.storage.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The role {@code worker}: begins when the service is up, and gives its attempts back when the service stops. Slots: some for validations, one
 * for each device.
 */
@Component
public class WorkerService implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(WorkerService.class);

    private final JobQueue queue;
    private final JobRelease release;
    private final QueueBell bell;
    private final AttemptJournal journal;
    private final AttemptEnd end;
    private final FineTuningJobs jobs;
    private final BaseModels models;
    private final BlobStore blobs;
    private final DataFolder data;
    private final WorkerRegistry registry;
    private final Clock clock;
    private final SlotSettings slotSettings;
    private final WorkerSettings settings;

    private final List<Thread> slots = new ArrayList<>();
    private ScheduledExecutorService rescue;
    private volatile boolean running;

    WorkerService(
            JobQueue queue,
            JobRelease release,
            QueueBell bell,
            AttemptJournal journal,
            AttemptEnd end,
            FineTuningJobs jobs,
            BaseModels models,
            BlobStore blobs,
            DataFolder data,
            WorkerRegistry registry,
            Clock clock,
            SlotSettings slotSettings,
            @Value("${attune.trainer-heap:1g}") String heap) {
        this.queue = queue;
        this.release = release;
        this.bell = bell;
        this.journal = journal;
        this.end = end;
        this.jobs = jobs;
        this.models = models;
        this.blobs = blobs;
        this.data = data;
        this.registry = registry;
        this.clock = clock;
        this.slotSettings = slotSettings;
        this.settings = WorkerSettings.standard(heap);
    }

    @Override
    public synchronized void start() {
        if (running) {
            return;
        }
        AttemptFolders folders = new AttemptFolders(data.attempts());
        try {
            folders.sweepLeftovers();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot sweep what the last worker left in " + data.attempts(), e);
        }
        for (String dead : registry.dead()) {
            log.info("took back {} attempts of this host's last worker", release.releaseAllOf(dead));
        }
        Devices devices = slotSettings.devices();
        String worker = registry.register(devices);
        var launcher = new TrainerLauncher(TrainerCommand.ofThisProgram(settings.heap(), data.djl()));
        var runner = new AttemptRunner(
                queue,
                release,
                bell,
                journal,
                end,
                jobs,
                models,
                blobs,
                folders,
                launcher,
                settings,
                devices.threads(),
                clock);
        running = true;
        for (int validation = 0; validation < slotSettings.validations(); validation++) {
            slot(Purpose.VALIDATE, "cpu", worker, runner);
        }
        devices.names().forEach(device -> slot(Purpose.TRAIN, device, worker, runner));
        rescue = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "job-rescuer"));
        long period = settings.renewal().toMillis();
        rescue.scheduleWithFixedDelay(new JobRescuer(release, registry, worker, devices), 0, period, TimeUnit.MILLISECONDS);
        log.info("worker {} trains on {}", worker, devices.names());
    }

    private void slot(Purpose purpose, String device, String worker, AttemptRunner runner) {
        var loop = new ClaimLoop(purpose, device, worker, queue, bell, runner::run, settings, () -> !running);
        Thread thread = new Thread(loop, "worker-" + (purpose == Purpose.VALIDATE ? "validation" : device));
        thread.start();
        slots.add(thread);
    }

    @Override
    public synchronized void stop() {
        if (!running) {
            return;
        }
        running = false;
        rescue.shutdownNow();
        try {
            for (Thread slot : slots) {
                slot.join(settings.lease().toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        slots.clear();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
