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

/**
 * Closes attempts. A job that has not ended goes back to the queue: its attempt was released or lost, or the job is
 * tried again. The callers have passed the fence.
 */
@Component
class JobRelease {

    private final JdbcClient jdbc;
    private final JobLifecycle lifecycle;
    private final EventLog events;
    private final ResumeCheckpoints states;
    private final Retries retries;
    private final Fence fence;
    private final QueueSignals signals;

    JobRelease(
            JdbcClient jdbc,
            JobLifecycle lifecycle,
            EventLog events,
            ResumeCheckpoints states,
            Retries retries,
            Fence fence,
            QueueSignals signals) {
        this.jdbc = jdbc;
        this.lifecycle = lifecycle;
        this.events = events;
        this.states = states;
        this.retries = retries;
        this.fence = fence;
        this.signals = signals;
    }

    /**
     * Closes the attempt. The job stays claimed until the caller changes its status or calls
     * {@link JobLifecycle#free}, in the same transaction.
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

    /** Ends attempt and job, because a cancel was requested. */
    void cancel(Attempt attempt) {
        close(attempt, Outcome.CANCELLED, null);
        lifecycle.cancel(attempt.job());
    }

    /**
     * Closes the unfinished attempt, because its worker is shutting down. Another worker can claim the job at once.
     */
    void release(Attempt attempt) {
        close(attempt, Outcome.RELEASED, "The worker was stopped.");
        waitForAnother(attempt, "The worker was stopped");
    }

    /**
     * Lets the job wait for another worker. Called after {@link #close}.
     *
     * @param loss what has ended the attempt, without a full stop
     */
    void waitForAnother(Attempt attempt, String loss) {
        waitAgain(attempt, loss, "The job waits for another one" + fromWhere(attempt) + ".", "", Map.of());
    }

    /**
     * Lets the job wait for another worker, but only after a delay. Called after {@link #close}.
     *
     * @param detail more about the loss, in sentences
     * @param data data of the event, for programs
     */
    void tryAgain(Attempt attempt, String loss, String detail, Map<String, ?> data) {
        tryAgain(attempt, retries.backOff(attempt.job(), 0), loss, detail, data);
    }

    /**
     * As {@link #tryAgain(Attempt, String, String, Map)}, after {@code seconds}. The caller has set
     * {@code not_before}.
     */
    void tryAgain(Attempt attempt, long seconds, String loss, String detail, Map<String, ?> data) {
        String when = "in " + seconds + (seconds == 1 ? " second" : " seconds");
        waitAgain(attempt, loss, "The job is tried again " + when + fromWhere(attempt) + ".", " " + detail, data);
    }

    /**
     * The job waits for its next attempt. If a stop request exists, the job is paused or cancelled instead.
     *
     * @param next a sentence about what follows without a stop request
     */
    private void waitAgain(Attempt attempt, String loss, String next, String more, Map<String, ?> data) {
        StopRequest request = fence.requested(attempt.job()).orElse(null);
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
                lifecycle.free(attempt.job(), event.message());
            }
        }
        signals.jobsChanged();
    }

    private static NewEvent warning(String message, Map<String, ?> data) {
        return data.isEmpty() ? NewEvent.warning(message) : NewEvent.warning(message, data);
    }

    private String fromWhere(Attempt attempt) {
        if (attempt.purpose() == Purpose.VALIDATE) {
            return "";
        }
        return states.newest(attempt.job())
                .map(state -> ", to go on from step " + state.step())
                .orElse(", to begin from the start");
    }

    /** A sentence about what the paused job does after it is resumed. */
    String afterResume(Attempt attempt) {
        if (attempt.purpose() == Purpose.VALIDATE) {
            return "When it is resumed its files are validated again.";
        }
        return states.newest(attempt.job())
                .map(state -> "When it is resumed it goes on from step " + state.step() + ".")
                .orElse("When it is resumed it begins from the start.");
    }
}
