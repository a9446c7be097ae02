package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.JobJson;
import io.attune.job.Purpose;
import io.attune.job.StopRequest;
import io.attune.job.event.EventLog;
import io.attune.job.event.NewEvent;
import io.attune.notify.QueueSignals;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How a job comes back into the {@link JobQueue} when an attempt has ended without ending it: given back, taken back when its worker was lost,
 * or to be tried again.
 */
@Component
public class JobRelease {

    private static final int LONGEST_WAIT_SECONDS = 300;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final JobLifecycle lifecycle;
    private final JobControl control;
    private final EventLog events;
    private final ResumeCheckpoints states;
    private final JobProgress progress;
    private final Fence fence;
    private final QueueSignals signals;

    JobRelease(
            JdbcClient jdbc,
            TransactionTemplate transactions,
            JobLifecycle lifecycle,
            JobControl control,
            EventLog events,
            ResumeCheckpoints states,
            JobProgress progress,
            Fence fence,
            QueueSignals signals) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.lifecycle = lifecycle;
        this.control = control;
        this.events = events;
        this.states = states;
        this.progress = progress;
        this.fence = fence;
        this.signals = signals;
    }

    /** Gives an attempt back unfinished, since its worker is going: the job can be claimed at once. */
    @Transactional
    public void release(Attempt attempt) {
        fence.pass(attempt);
        close(attempt, Outcome.RELEASED, "The worker was stopped.");
        waitAgain(attempt, "The worker was stopped", "The job waits for another one" + fromWhere(attempt) + ".");
    }

    /** Ends the attempts whose lease is over. @return how many */
    public int releaseExpired() {
        return takeBack(
                jdbc.sql("select job, number, purpose from attempt where ended_at is null and lease_until < now()")
                        .query((row, n) ->
                                attempt(row.getString("job"), row.getInt("number"), row.getString("purpose")))
                        .list(),
                true);
    }

    /** Ends the open attempts of a worker that is known to be dead, without waiting for their leases. @return how many */
    public int releaseAllOf(String deadWorker) {
        return takeBack(
                jdbc.sql("select job, number, purpose from attempt where ended_at is null and worker = :worker")
                        .param("worker", deadWorker)
                        .query((row, n) ->
                                attempt(row.getString("job"), row.getInt("number"), row.getString("purpose")))
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
            return false; // ended meanwhile, or to be looked at next time
        }
        // with the job locked nobody renews: what is expired now stays expired
        boolean expired = jdbc.sql("select lease_until < now() from attempt where job = :job and number = :number")
                .param("job", attempt.job())
                .param("number", attempt.number())
                .query(Boolean.class)
                .single();
        if (ifExpired && !expired) {
            return false;
        }
        close(attempt, Outcome.LOST, "The worker was not heard of any more.");
        backOff(attempt, 1); // the lease was waited for already
        waitAgain(attempt, "The worker was lost", "The job waits for another one" + fromWhere(attempt) + ".");
        return true;
    }

    /**
     * Closes the attempt. The caller has passed the fence, and in the same transaction changes the job's status or calls {@link #free}: the job
     * is claimed until then.
     */
    void close(Attempt attempt, Outcome outcome, String detail) {
        jdbc.sql("""
                        update attempt set ended_at = now(), outcome = :outcome, detail = :detail
                        where job = :job and number = :number""")
                .param("outcome", outcome.text())
                .param("detail", JobJson.withoutNul(detail))
                .param("job", attempt.job())
                .param("number", attempt.number())
                .update();
    }

    /** After {@link #close}: the job can be claimed again, its status being what it was. @param waiting what for, or null */
    void free(String job, String waiting) {
        jdbc.sql("update job set claimed = false, progress = :progress::jsonb where id = :job")
                .param("progress", JobJson.text(progress.idle(job, waiting)))
                .param("job", job)
                .update();
    }

    /**
     * After {@link #close}: the job waits for its next attempt, or for somebody to resume it, or ends, as is asked of it.
     *
     * @param loss what has ended the attempt, a sentence without its full stop
     * @param next what follows where nothing else was asked, a sentence
     */
    void waitAgain(Attempt attempt, String loss, String next) {
        waitAgain(attempt, loss, next, "", Map.of());
    }

    private void waitAgain(Attempt attempt, String loss, String next, String more, Map<String, ?> data) {
        StopRequest request = control.requested(attempt).orElse(null);
        if (request == StopRequest.CANCEL) {
            lifecycle.cancel(attempt.job());
        } else if (request == StopRequest.PAUSE) {
            String paused = " before it had saved its state, and the job is paused. " + afterResume(attempt);
            lifecycle.pause(attempt.job(), warning(loss + paused + more, data));
        } else {
            NewEvent event = warning(loss + ". " + next + more, data);
            if (attempt.purpose() == Purpose.TRAIN) {
                lifecycle.queue(attempt.job(), event.message(), event);
            } else {
                events.append(attempt.job(), List.of(event));
                free(attempt.job(), event.message());
            }
        }
        signals.jobsChanged();
    }

    private static NewEvent warning(String message, Map<String, ?> data) {
        return data.isEmpty() ? NewEvent.warning(message) : NewEvent.warning(message, data);
    }

    /**
     * After {@link #close}: as {@link #waitAgain}, but not before a while has passed.
     *
     * @param detail what more is known of the loss, sentences
     * @param data of the event, for programs
     */
    void tryAgain(Attempt attempt, String loss, String detail, Map<String, ?> data) {
        tryAgain(attempt, backOff(attempt, 0), loss, detail, data);
    }

    /** As {@link #tryAgain(Attempt, String, String, Map)}, once {@code seconds} have passed; the caller has set {@code not_before}. */
    void tryAgain(Attempt attempt, long seconds, String loss, String detail, Map<String, ?> data) {
        String when = "in " + seconds + (seconds == 1 ? " second" : " seconds");
        waitAgain(attempt, loss, "The job is tried again " + when + fromWhere(attempt) + ".", " " + detail, data);
    }

    /**
     * Lets the job wait the longer the more often it was hindered since it last got on.
     *
     * @param free so many times it does not wait
     * @return seconds
     */
    private long backOff(Attempt attempt, int free) {
        return jdbc.sql("""
                        update job set retries = retries + 1,
                            not_before = now() + make_interval(secs => least(:longest, floor(power(2, least(retries, 30) - :free))))
                        where id = :job returning extract(epoch from not_before - now())::bigint""")
                .param("longest", LONGEST_WAIT_SECONDS)
                .param("free", free)
                .param("job", attempt.job())
                .query(Long.class)
                .single();
    }

    private String fromWhere(Attempt attempt) {
        if (attempt.purpose() == Purpose.VALIDATE) {
            return "";
        }
        return states.newest(attempt.job())
                .map(state -> ", to go on from step " + state.step())
                .orElse(", to begin from the start");
    }

    /** What a paused job will do, a sentence. */
    String afterResume(Attempt attempt) {
        if (attempt.purpose() == Purpose.VALIDATE) {
            return "When it is resumed its files are validated again.";
        }
        return states.newest(attempt.job())
                .map(state -> "When it is resumed it goes on from step " + state.step() + ".")
                .orElse("When it is resumed it begins from the start.");
    }

    private static Attempt attempt(String job, int number, String purpose) {
        return new Attempt(job, number, purpose.equals(Purpose.TRAIN.text()) ? Purpose.TRAIN : Purpose.VALIDATE);
    }
}
