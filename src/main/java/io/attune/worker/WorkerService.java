package io.attune.worker;

import io.attune.job.Purpose;
import io.attune.job.attempt.Slot;
import io.attune.process.WorkFolders;
import io.attune.worker.device.Devices;
import io.attune.worker.device.SlotSettings;
import io.attune.worker.lease.Drain;
import io.attune.worker.lease.WorkerSettings;
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
 * The role {@code worker}. Starts when the service is up. Opens some slots for validations, and one slot for each
 * device. When the service stops, the worker claims nothing new. Its trainers save their state, and their jobs go
 * back to the queue. The web server and the database connections stop after that.
 */
@Component
public class WorkerService implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(WorkerService.class);

    private static final long RETRY_MILLIS = 1_000;

    /** Time for killed trainers to end, and for the ends of their attempts to be written. */
    private static final Duration ENDING = Duration.ofSeconds(10);

    private final WorkerPresence presence;
    private final ClaimLoops loops;
    private final WorkFolders folders;
    private final Devices devices;
    private final SlotSettings slotSettings;
    private final WorkerSettings settings;
    private final Drain drain;

    private final List<Thread> threads = new ArrayList<>();
    private final ScheduledExecutorService rescue =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "job-rescuer"));
    private volatile boolean running;

    WorkerService(
            WorkerPresence presence,
            ClaimLoops loops,
            WorkFolders folders,
            Devices devices,
            SlotSettings slotSettings,
            WorkerSettings settings,
            Drain drain) {
        this.presence = presence;
        this.loops = loops;
        this.folders = folders;
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

    /** Registers the worker and opens the slots. Waits while the database is not available. */
    private void begin(int validations) {
        while (!drain.begun()) {
            try {
                openSlots(presence.begin(), validations);
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
        rescue.scheduleWithFixedDelay(() -> presence.show(worker), 0, period, TimeUnit.MILLISECONDS);
        log.info("worker {} trains on {}", worker, devices.names());
    }

    private void slot(Purpose purpose, String device, String worker) {
        thread(
                "worker-" + (purpose == Purpose.VALIDATE ? "validation" : device),
                loops.of(new Slot(worker, purpose, device)));
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
