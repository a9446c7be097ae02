package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.ValidationReport;
import io.attune.job.ValidationReports;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.event.EventLog;
import io.attune.job.event.NewEvent;
import io.attune.notify.QueueSignals;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** Writes the results of a validation. {@link AttemptEnds} has passed the fence. */
@Component
class ValidationEnds {

    private final ValidationReports reports;
    private final TrainingNeeds needs;
    private final Retries retries;
    private final JobRelease release;
    private final JobLifecycle lifecycle;
    private final EventLog events;
    private final QueueSignals signals;

    ValidationEnds(
            ValidationReports reports,
            TrainingNeeds needs,
            Retries retries,
            JobRelease release,
            JobLifecycle lifecycle,
            EventLog events,
            QueueSignals signals) {
        this.reports = reports;
        this.needs = needs;
        this.retries = retries;
        this.release = release;
        this.lifecycle = lifecycle;
        this.events = events;
        this.signals = signals;
    }

    void keep(Attempt attempt, ValidationReport report) {
        reports.keep(attempt.job(), report);
    }

    void tell(Attempt attempt, List<NewEvent> news) {
        events.append(attempt.job(), news);
    }

    /**
     * The job waits for training.
     *
     * @param pause whether a pause is requested; the job is then paused instead
     */
    void passed(Attempt attempt, AttemptEnd.Validated end, boolean pause) {
        release.close(attempt, Outcome.VALIDATED, null);
        needs.resolve(attempt.job(), end.resolved());
        retries.forgive(attempt.job());
        if (end.training() != null) {
            needs.estimate(attempt.job(), end.training());
        }
        if (pause) {
            events.append(attempt.job(), end.news());
            lifecycle.pause(attempt.job(), NewEvent.info("Files validated; fine-tuning job paused"));
        } else {
            List<NewEvent> told = new ArrayList<>(end.news());
            told.add(NewEvent.info("Files validated, moving job to queued state"));
            lifecycle.queue(attempt.job(), "Waiting for a free device", told.toArray(NewEvent[]::new));
        }
        signals.jobsChanged();
    }
}
