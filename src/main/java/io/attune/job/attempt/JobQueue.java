package io.attune.job.attempt;

import io.attune.job.Attempt;
import io.attune.job.Metric;
import io.attune.job.StopRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The queue of jobs as a worker sees it. A worker claims an attempt, renews its lease, records what happens, and
 * ends the attempt.
 *
 * <p>A worker may repeat {@link #record} and {@link #end} after a lost answer. The repeated call writes nothing
 * twice.
 */
public interface JobQueue {

    /**
     * Claims the next job for a slot, as a new attempt. The lease starts now.
     *
     * @return empty if no job can be claimed
     */
    Optional<Claim> claim(Slot slot, Duration lease);

    /**
     * Extends the lease; the new duration starts now.
     *
     * @return the current stop request of the job
     * @throws LostLeaseException if the attempt has ended, or its lease has expired
     */
    Optional<StopRequest> renew(Attempt attempt, Duration lease);

    /**
     * Records a report of the worker while the attempt runs.
     *
     * @throws LostLeaseException if the attempt has ended, or its lease has expired
     */
    void record(Attempt attempt, AttemptReport report);

    /**
     * Ends the attempt. A stop request that arrived meanwhile has priority over the usual next status of the job.
     *
     * @throws LostLeaseException if the attempt has ended already, or its lease has expired
     */
    void end(Attempt attempt, AttemptEnd end);

    /**
     * The metrics of all steps of an attempt, in their order. Includes steps that the attempt took over from an
     * earlier attempt.
     */
    List<Metric> metrics(Attempt attempt);
}
