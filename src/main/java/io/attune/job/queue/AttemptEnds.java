package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.JobStatus;
import io.attune.job.StopRequest;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.AttemptFailure;
import io.attune.job.event.NewEvent;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Ends attempts, and often their jobs. Each end is one transaction behind the fence. If a cancel was requested
 * meanwhile, the job is cancelled, even if the attempt succeeded. If a pause was requested, the job is paused unless
 * it has ended.
 */
@Component
class AttemptEnds {

    private final Fence fence;
    private final ValidationEnds validations;
    private final ModelPublication publication;
    private final StoppedAttempts stops;
    private final AttemptFailures failures;
    private final JobRelease release;
    private final JobLifecycle lifecycle;

    AttemptEnds(
            Fence fence,
            ValidationEnds validations,
            ModelPublication publication,
            StoppedAttempts stops,
            AttemptFailures failures,
            JobRelease release,
            JobLifecycle lifecycle) {
        this.fence = fence;
        this.validations = validations;
        this.publication = publication;
        this.stops = stops;
        this.failures = failures;
        this.release = release;
        this.lifecycle = lifecycle;
    }

    /** As {@link io.attune.job.attempt.JobQueue#end}. */
    @Transactional
    public void end(Attempt attempt, AttemptEnd end) {
        StopRequest request = fence.pass(attempt).orElse(null);
        end.accept(new Ending(attempt, request));
    }

    private final class Ending implements AttemptEnd.Visitor {

        private final Attempt attempt;
        private final StopRequest request;

        private Ending(Attempt attempt, StopRequest request) {
            this.attempt = attempt;
            this.request = request;
        }

        @Override
        public void validated(AttemptEnd.Validated end) {
            validations.keep(attempt, end.report());
            if (!cancelled()) {
                validations.passed(attempt, end, request == StopRequest.PAUSE);
            }
        }

        @Override
        public void rejected(AttemptEnd.Rejected end) {
            validations.keep(attempt, end.report());
            validations.tell(attempt, end.news());
            failed(new AttemptFailure.Fatal(end.failure()));
        }

        @Override
        public void succeeded(AttemptEnd.Succeeded end) {
            if (!cancelled()) {
                NewEvent[] told = publication.publish(attempt, end);
                release.close(attempt, Outcome.SUCCEEDED, null);
                lifecycle.move(attempt.job(), JobStatus.SUCCEEDED, told);
            }
        }

        @Override
        public void stopped(AttemptEnd.Stopped end) {
            if (!cancelled()) {
                stops.stopped(attempt, end.step(), end.state(), request == StopRequest.PAUSE);
            }
        }

        @Override
        public void released(AttemptEnd.Released end) {
            if (request == StopRequest.PAUSE) {
                stops.stopped(attempt, end.step(), end.state(), true);
            } else {
                stops.released(attempt, end.step(), end.state());
            }
        }

        @Override
        public void failed(AttemptFailure failure) {
            failures.end(attempt, failure, request);
        }

        private boolean cancelled() {
            boolean cancelled = request == StopRequest.CANCEL;
            if (cancelled) {
                release.cancel(attempt);
            }
            return cancelled;
        }
    }
}
