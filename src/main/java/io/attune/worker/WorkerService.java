package io.attune.worker;

import io.attune.job.Purpose;
import io.attune.job.queue.JobQueue;
import io.attune.job.queue.JobRelease;
import io.attune.notify.QueueSignals;
import io.attune.process.WorkFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The role {@code worker}: begins when the service is up. When the service stops it takes nothing new, lets its trainers save what they have,
 * and gives their jobs back; the web server and the database's connections end after that. Slots: some for validations, one for each device.
 */
@Component
public class WorkerService implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(WorkerService.class);

    private static final long RETRY_MILLIS = 1_000;

    /** For a killed trainer to be gone, and its job's end to be written. */
    private static final Duration ENDING = Duration.ofSeconds(10);

    private final JobQueue queue;
    private final JobRelease release;
    private final QueueSignals signals;
    private final WorkerRegistry registry;
    private final WorkFolders folders;
    private final AttemptRunner runner;
    private final Devices devices;
    private final SlotSettings slotSettings;
    private final WorkerSettings settings;
    private final Drain drain;

    private final List<Thread> threads = new ArrayList<>();
    private final ScheduledExecutorService rescue =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "job-rescuer"));
    private volatile boolean running;

    WorkerService(
            JobQueue queue,
            JobRelease release,
            QueueSignals signals,
            WorkerRegistry registry,
            WorkFolders folders,
            AttemptRunner runner,
            Devices devices,
            SlotSettings slotSettings,
            WorkerSettings settings,
            Drain drain) {
        this.queue = queue;
        this.release = release;
        this.signals = signals;
        this.registry = registry;
        this.folders = folders;
        this.runner = runner;
        this.devices = devices;
        this.slotSettings = slotSettings;
        this.settings = settings;
        this.drain = drain;
    }

    @Override
    public void start() {
        int validations = slotSettings.validations();
        try {
            folders.sweepLeftovers();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot sweep what the last worker left", e);
        }
        running = true;
        thread("worker-start", () -> begin(validations));
    }

    /** Waits for the database if it is away just now. */
    private void begin(int validations) {
        while (!drain.begun()) {
            try {
                for (String dead : registry.dead()) {
                    log.info("took back {} attempts of this host's last worker", release.releaseAllOf(dead));
                }
                openSlots(registry.register(devices), validations);
                return;
            } catch (RuntimeException e) {
                log.warn("the worker cannot begin yet, trying again: {}", e.getMessage());
            }
            try {
                Thread.sleep(RETRY_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void openSlots(String worker, int validations) {
        for (int validation = 0; validation < validations; validation++) {
            slot(Purpose.VALIDATE, "cpu", worker);
        }
        devices.names().forEach(device -> slot(Purpose.TRAIN, device, worker));
        long period = settings.renewal().toMillis();
        rescue.scheduleWithFixedDelay(
                new JobRescuer(release, registry, worker, devices), 0, period, TimeUnit.MILLISECONDS);
        log.info("worker {} trains on {}", worker, devices.names());
    }

    private void slot(Purpose purpose, String device, String worker) {
        thread(
                "worker-" + (purpose == Purpose.VALIDATE ? "validation" : device),
                new ClaimLoop(purpose, device, worker, queue, signals, runner, settings, drain));
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        synchronized (threads) {
            threads.add(thread);
            thread.start();
        }
    }

    @Override
    public void stop() {
        if (!running) {
            return;
        }
        log.info("the worker stops: trainers save what they have");
        drain.begin();
        rescue.shutdownNow();
        try {
            if (!ended(settings.drain().plus(ENDING))) {
                log.warn("some attempts do not end, and are left to their leases");
                all().forEach(Thread::interrupt);
                ended(ENDING);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    private boolean ended(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        for (Thread thread : all()) {
            thread.join(
                    Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
        }
        return all().stream().noneMatch(Thread::isAlive);
    }

    private List<Thread> all() {
        synchronized (threads) {
            return List.copyOf(threads);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
