package io.attune.job.queue;

import static io.attune.job.JobStatus.CANCELLED;
import static io.attune.job.JobStatus.FAILED;
import static io.attune.job.JobStatus.PAUSED;
import static io.attune.job.JobStatus.QUEUED;
import static io.attune.job.JobStatus.RUNNING;
import static io.attune.job.JobStatus.SUCCEEDED;
import static io.attune.job.JobStatus.VALIDATING_FILES;

import io.attune.job.JobStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All allowed changes of status. docs/job-states.md draws them. */
final class Transitions {

    private static final Map<JobStatus, Set<JobStatus>> TABLE = Map.of(
            VALIDATING_FILES, Set.of(QUEUED, PAUSED, FAILED, CANCELLED),
            QUEUED, Set.of(RUNNING, PAUSED, CANCELLED),
            // back to queued: the attempt was lost, released or failed, and the job waits for the next attempt
            RUNNING, Set.of(SUCCEEDED, FAILED, CANCELLED, QUEUED, PAUSED),
            PAUSED, Set.of(VALIDATING_FILES, QUEUED, CANCELLED),
            SUCCEEDED, Set.of(),
            FAILED, Set.of(),
            CANCELLED, Set.of());

    private Transitions() {}

    /** The statuses from which a job can change to {@code to}. */
    static List<JobStatus> before(JobStatus to) {
        return Arrays.stream(JobStatus.values())
                .filter(from -> allowed(from, to))
                .toList();
    }

    static boolean allowed(JobStatus from, JobStatus to) {
        return TABLE.get(from).contains(to);
    }
}
