package io.attune.job.queue;

import io.attune.job.Attempt;
import io.attune.job.Metric;
import io.attune.job.StopRequest;
import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.AttemptFailure;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.attempt.Claim;
import io.attune.job.attempt.JobQueue;
import io.attune.job.attempt.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The queue in the database of this process. Each call is one transaction. */
@Component
class JdbcJobQueue implements JobQueue {

    private static final Logger log = LoggerFactory.getLogger(JdbcJobQueue.class);

    private final JobClaims claims;
    private final AttemptJournal journal;
    private final AttemptEnds ends;
    private final StepMetrics metrics;

    JdbcJobQueue(JobClaims claims, AttemptJournal journal, AttemptEnds ends, StepMetrics metrics) {
        this.claims = claims;
        this.journal = journal;
        this.ends = ends;
        this.metrics = metrics;
    }

    @Override
    public Optional<Claim> claim(Slot slot, Duration lease) {
        Optional<ClaimedRow> claimed = claims.claim(slot, lease);
        try {
            return claimed.map(ClaimedRow::claim);
        } catch (RuntimeException e) {
            // if the attempt stayed open, workers would claim the unreadable job again and again
            Attempt attempt = claimed.orElseThrow().attempt();
            log.warn("{}: its job cannot be read", attempt.folderName(), e);
            ends.end(attempt, new AttemptFailure.Crash("The worker met with a problem: " + e.getMessage()));
            return Optional.empty();
        }
    }

    @Override
    public Optional<StopRequest> renew(Attempt attempt, Duration lease) {
        return claims.renew(attempt, lease);
    }

    @Override
    public void record(Attempt attempt, AttemptReport report) {
        journal.record(attempt, report);
    }

    @Override
    public void end(Attempt attempt, AttemptEnd end) {
        ends.end(attempt, end);
    }

    @Override
    public List<Metric> metrics(Attempt attempt) {
        return metrics.of(attempt);
    }
}
