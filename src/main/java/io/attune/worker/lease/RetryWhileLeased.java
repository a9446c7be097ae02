package io.attune.worker.lease;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.transaction.TransactionException;

/**
 * Tries a call again while the database is not available and the lease is valid. While the artifact store is not
 * available, tries only for a minute, because other jobs need the slot.
 *
 * @param attempt name of the attempt in the log
 */
record RetryWhileLeased(String attempt, LeaseKeeper lease) {

    private static final Logger log = LoggerFactory.getLogger(RetryWhileLeased.class);
    private static final long RETRY_MILLIS = 500;
    private static final Duration STORE_PATIENCE = Duration.ofMinutes(1);

    /** A call to the database or the artifact store. */
    interface Call<T, X extends Exception> {

        T run() throws X;
    }

    <T, X extends Exception> T call(Call<T, X> call) throws X, InterruptedException {
        long deadline = System.nanoTime() + STORE_PATIENCE.toNanos();
        while (true) {
            try {
                return call.run();
            } catch (DataAccessException | TransactionException e) {
                if (lease.lost() || !mayPass(e)) {
                    throw e;
                }
                log.warn("{}: the database does not answer, trying again: {}", attempt, e.getMessage());
            } catch (Exception e) {
                if (lease.lost() || !Diagnosis.isOfTheStore(e) || System.nanoTime() - deadline > 0) {
                    @SuppressWarnings("unchecked") // every checked exception of the call is an X
                    X same = (X) e;
                    throw same;
                }
                log.warn("{}: the store does not answer, trying again: {}", attempt, e.getMessage());
            }
            Thread.sleep(RETRY_MILLIS);
        }
    }

    /** Whether a failure of the database may disappear. A wrong statement fails again. */
    private static boolean mayPass(RuntimeException e) {
        return !(e instanceof DataIntegrityViolationException)
                && !(e instanceof InvalidDataAccessResourceUsageException);
    }
}
