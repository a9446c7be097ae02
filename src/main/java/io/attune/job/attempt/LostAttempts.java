package io.attune.job.attempt;

/** Takes attempts back from workers that are gone. Their jobs wait for another worker. */
public interface LostAttempts {

    /** Ends the attempts whose lease is over. @return how many */
    int releaseExpired();

    /** Ends the open attempts of a worker that is known to be dead, without waiting for their leases. @return how many */
    int releaseAllOf(String deadWorker);
}
