package io.attune.worker;

import io.attune.job.queue.JobRelease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Now and then: shows that this worker is alive, and takes back the attempts of those whose leases are over. */
final class JobRescuer implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(JobRescuer.class);

    private final JobRelease release;
    private final WorkerRegistry registry;
    private final String worker;
    private final Devices devices;

    JobRescuer(JobRelease release, WorkerRegistry registry, String worker, Devices devices) {
        this.release = release;
        this.registry = registry;
        this.worker = worker;
        this.devices = devices;
    }

    @Override
    public void run() {
        try {
            registry.seen(worker, devices);
            int expired = release.releaseExpired();
            if (expired > 0) {
                log.warn("took back {} attempts whose leases were over", expired);
            }
        } catch (RuntimeException | Error e) { // nobody would look any more
            log.warn("could not look for lost attempts: {}", e.getMessage());
        }
    }
}
