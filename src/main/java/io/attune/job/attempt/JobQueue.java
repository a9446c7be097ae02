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
 * <p>{@link #record} and {@link #end} may be repeated after a lost answer: what is there already is not written
 * twice.
 */
public interface JobQueue {

    /**
     * Takes the next job for a slot, as a new attempt. Its lease begins now.
     *
     * @return empty if no job can be claimed
     */
    Optional<Claim> claim(Slot slot, Duration lease);

    /**
     * Prolongs the lease from now on.
     *
     * @return what is asked of the job now
     * @throws LostLeaseException if the attempt has been ended, or its lease is over
     */
    Optional<StopRequest> renew(Attempt attempt, Duration lease);

    /**
     * Writes down what the worker reports while the attempt runs.
     *
     * @throws LostLeaseException if the attempt has been ended, or its lease is over
     */
    void record(Attempt attempt, AttemptReport report);

    /**
     * Ends the attempt. What somebody asked of the job meanwhile is done instead of what would follow.
     *
     * @throws LostLeaseException if the attempt has been ended already, or its lease is over
     */
    void end(Attempt attempt, AttemptEnd end);

    /** The metrics of all steps of an attempt, in their order, with those that it took over from an earlier attempt. */
    List<Metric> metrics(Attempt attempt);
}
