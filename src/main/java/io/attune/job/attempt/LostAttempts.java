package io.attune.job.attempt;

/** Takes attempts back from lost workers. Their jobs wait for another worker. */
public interface LostAttempts {

    /**
     * Ends the attempts with an expired lease.
     *
     * @return number of ended attempts
     */
    int releaseExpired();

    /**
     * Ends the open attempts of a dead worker, without waiting for their leases.
     *
     * @return number of ended attempts
     */
    int releaseAllOf(String deadWorker);
}
