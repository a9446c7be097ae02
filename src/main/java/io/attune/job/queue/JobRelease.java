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
 * Closes attempts, and gives their jobs back to the queue where the job has not ended: the attempt was given back,
 * lost, or is to be tried again. The callers have passed the fence.
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
     * Closes the attempt. In the same transaction the caller changes the job's status or calls
     * {@link JobLifecycle#free}: the job is claimed until then.
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

    /** Ends attempt and job, since somebody has cancelled the job. */
    void cancel(Attempt attempt) {
        close(attempt, Outcome.CANCELLED, null);
        lifecycle.cancel(attempt.job());
    }

    /** Closes the attempt unfinished, since its worker is being stopped. The job can be claimed at once. */
    void release(Attempt attempt) {
        close(attempt, Outcome.RELEASED, "The worker was stopped.");
        waitForAnother(attempt, "The worker was stopped");
    }

    /**
     * After {@link #close}: the job waits for another worker.
     * @param loss what has ended the attempt, without its full stop
     */
    void waitForAnother(Attempt attempt, String loss) {
        waitAgain(attempt, loss, "The job waits for another one" + fromWhere(attempt) + ".", "", Map.of());
    }

    /**
     * After {@link #close}: as {@link #waitForAnother}, but not before a while has passed.
     *
     * @param detail what more is known of the loss, sentences
     * @param data of the event, for programs
     */
    void tryAgain(Attempt attempt, String loss, String detail, Map<String, ?> data) {
        tryAgain(attempt, retries.backOff(attempt.job(), 0), loss, detail, data);
    }

    /** As {@link #tryAgain(Attempt, String, String, Map)}, once {@code seconds} have passed; the caller has set {@code not_before}. */
    void tryAgain(Attempt attempt, long seconds, String loss, String detail, Map<String, ?> data) {
        String when = "in " + seconds + (seconds == 1 ? " second" : " seconds");
        waitAgain(attempt, loss, "The job is tried again " + when + fromWhere(attempt) + ".", " " + detail, data);
    }

    /**
     * The job waits for its next attempt, or for somebody to resume it, or ends, as is asked of it.
     *
     * @param next what follows where nothing else was asked, a sentence
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

    /** What a paused job will do, a sentence. */
    String afterResume(Attempt attempt) {
        if (attempt.purpose() == Purpose.VALIDATE) {
            return "When it is resumed its files are validated again.";
        }
        return states.newest(attempt.job())
                .map(state -> "When it is resumed it goes on from step " + state.step() + ".")
                .orElse("When it is resumed it begins from the start.");
    }
}
