package io.attune.worker;

import io.attune.catalog.BaseModel;
import io.attune.catalog.BaseModels;
import io.attune.job.attempt.LostAttempts;
import io.attune.pool.Worker;
import io.attune.pool.WorkerRegistry;
import io.attune.process.ProcessMark;
import io.attune.storage.DataFolder;
import io.attune.worker.device.Devices;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Shows this worker to the others, and takes attempts back from those that are gone. */
@Component
final class WorkerPresence {

    private static final Logger log = LoggerFactory.getLogger(WorkerPresence.class);

    private final WorkerRegistry registry;
    private final LostAttempts attempts;
    private final BaseModels models;
    private final Devices devices;
    private final String host;

    WorkerPresence(
            WorkerRegistry registry, LostAttempts attempts, BaseModels models, Devices devices, DataFolder data) {
        this.registry = registry;
        this.attempts = attempts;
        this.models = models;
        this.devices = devices;
        this.host = machine() + ":" + data.root();
    }

    /** Registers this worker, after it has taken back what this host's last worker left. @return the new worker's id */
    String begin() {
        for (String dead : dead()) {
            log.info("took back {} attempts of this host's last worker", attempts.releaseAllOf(dead));
        }
        return registry.register(worker());
    }

    /** To be called now and then: shows that this worker lives, and takes back the attempts whose leases are over. */
    void show(String id) {
        try {
            registry.seen(id, worker());
            int expired = attempts.releaseExpired();
            if (expired > 0) {
                log.warn("took back {} attempts whose leases were over", expired);
            }
        } catch (RuntimeException | Error e) { // nobody would look any more
            log.warn("could not look for lost attempts: {}", e.getMessage());
        }
    }

    /**
     * Workers of this host with open attempts whose process is gone. This process's id may have been theirs: it has
     * not registered yet.
     */
    List<String> dead() {
        long self = ProcessHandle.current().pid();
        return registry.withOpenAttempts(host).stream()
                .filter(known -> known.pid() == self
                        || ProcessHandle.of(known.pid())
                                .filter(ProcessMark::runs)
                                .isEmpty())
                .map(WorkerRegistry.Registered::id)
                .toList();
    }

    private Worker worker() {
        List<String> names = models.list().stream().map(BaseModel::name).toList();
        return new Worker(host, ProcessHandle.current().pid(), devices.all(), names);
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
