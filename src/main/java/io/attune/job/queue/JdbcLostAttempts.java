package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.Purpose;
import io.attune.job.attempt.LostAttempts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes lost attempts back, each in its own transaction. Skips an attempt if another transaction has locked its
 * job; a later call takes it back.
 */
@Component
class JdbcLostAttempts implements LostAttempts {

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Fence fence;
    private final JobRelease release;
    private final Retries retries;

    JdbcLostAttempts(
            JdbcClient jdbc, TransactionTemplate transactions, Fence fence, JobRelease release, Retries retries) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.fence = fence;
        this.release = release;
        this.retries = retries;
    }

    @Override
    public int releaseExpired() {
        return takeBack(
                jdbc.sql("select job, number, purpose from attempt where ended_at is null and lease_until < now()")
                        .query(JdbcLostAttempts::attempt)
                        .list(),
                true);
    }

    @Override
    public int releaseAllOf(String deadWorker) {
        return takeBack(
                jdbc.sql("select job, number, purpose from attempt where ended_at is null and worker = :worker")
                        .param("worker", deadWorker)
                        .query(JdbcLostAttempts::attempt)
                        .list(),
                false);
    }

    private int takeBack(List<Attempt> attempts, boolean ifExpired) {
        int taken = 0;
        for (Attempt attempt : attempts) {
            if (Boolean.TRUE.equals(transactions.execute(status -> takeBack(attempt, ifExpired)))) {
                taken++;
            }
        }
        return taken;
    }

    private boolean takeBack(Attempt attempt, boolean ifExpired) {
        if (!fence.isOpenAndFree(attempt)) {
            return false; // the attempt has ended meanwhile, or a later call looks at it again
        }
        // this transaction has locked the job, so no worker can renew the lease: an expired lease stays expired
        boolean expired = jdbc.sql("select lease_until < now() from attempt where job = :job and number = :number")
                .param("job", attempt.job())
                .param("number", attempt.number())
                .query(Boolean.class)
                .single();
        if (ifExpired && !expired) {
            return false;
        }
        release.close(attempt, Outcome.LOST, "The worker was not heard of any more.");
        retries.backOff(attempt.job(), 1); // the job has already waited for the end of the lease
        release.waitForAnother(attempt, "The worker was lost");
        return true;
    }

    private static Attempt attempt(ResultSet row, int number) throws SQLException {
        Purpose purpose = row.getString("purpose").equals(Purpose.TRAIN.text()) ? Purpose.TRAIN : Purpose.VALIDATE;
        return new Attempt(row.getString("job"), row.getInt("number"), purpose);
    }
}
