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

/** Shows other workers that this worker is alive, and takes attempts back from lost workers. */
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

    /**
     * Takes back the attempts of this host's last worker, and registers this worker.
     *
     * @return the id of the new worker
     */
    String begin() {
        for (String dead : dead()) {
            log.info("took back {} attempts of this host's last worker", attempts.releaseAllOf(dead));
        }
        return registry.register(worker());
    }

    /**
     * Called at regular intervals. Shows that this worker is alive, and takes back attempts with an expired lease.
     */
    void show(String id) {
        try {
            registry.seen(id, worker());
            int expired = attempts.releaseExpired();
            if (expired > 0) {
                log.warn("took back {} attempts whose leases were over", expired);
            }
        } catch (RuntimeException | Error e) { // an exception would end the schedule, and no later call would follow
            log.warn("could not look for lost attempts: {}", e.getMessage());
        }
    }

    /**
     * Workers of this host that have open attempts but no living process. A worker with the id of this process is
     * dead too, because this process has not registered yet: the system has used the id again.
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
