package io.attune.worker;

import io.attune.job.JobRelease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Now and then: shows that this worker is alive, and takes back the attempts of those whose leases are over. */
final class JobRescuer implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(JobRescuer.class);

    private final JobRelease release;
    private final WorkerRegistry registry;
    private final String worker;

    JobRescuer(JobRelease release, WorkerRegistry registry, String worker) {
        this.release = release;
        this.registry = registry;
        this.worker = worker;
    }

    @Override
    public void run() {
        try {
            registry.seen(worker);
            int expired = release.releaseExpired();
            if (expired > 0) {
                log.warn("took back {} attempts whose leases were over", expired);
            }
        } catch (RuntimeException e) {
            log.warn("could not look for lost attempts: {}", e.getMessage());
        }
    }
}
