package io.attune.pool;

import io.attune.job.FineTuningJob;
import io.attune.job.Progress;
import io.attune.job.Purpose;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Calculates position, expected start and reason for jobs that wait, at the time of the request. It takes a few
 * queries for any number of jobs; one of them reads the whole queue.
 */
@Component
public class WaitingJobs {

    private final JdbcClient jdbc;
    private final Pools pools;
    private final FittingAdvice advice;

    WaitingJobs(JdbcClient jdbc, Pools pools, FittingAdvice advice) {
        this.jdbc = jdbc;
        this.pools = pools;
        this.advice = advice;
    }

    /** @param retryAt seconds since 1970; null if the job may be claimed now */
    private record Found(FineTuningJob job, int position, Demand demand, Long retryAt, Long expectedStart) {}

    /** The results by job id, for the given jobs that wait for a claim. */
    public Map<String, Waiting> of(Collection<FineTuningJob> jobs) {
        Map<String, Waiting> waiting = new HashMap<>();
        for (Purpose purpose : Purpose.values()) {
            Map<String, FineTuningJob> asked = jobs.stream()
                    .filter(job -> job.status() == purpose.waiting())
                    .collect(Collectors.toMap(FineTuningJob::id, job -> job));
            if (!asked.isEmpty()) {
                look(purpose, asked, waiting);
            }
        }
        return waiting;
    }

    private void look(Purpose purpose, Map<String, FineTuningJob> asked, Map<String, Waiting> waiting) {
        Durations durations = Durations.read(jdbc, purpose);
        Pool pool = pools.of(purpose, durations);
        List<Found> found = find(purpose, asked, new StartTimes(pool, durations));
        Map<Demand, Optional<Unschedulable>> unschedulable = new HashMap<>();
        found.forEach(one -> unschedulable.computeIfAbsent(one.demand(), pool::unschedulable));
        Map<String, String> changes = advice.of(
                found.stream()
                        .filter(one -> unschedulable
                                .get(one.demand())
                                .filter(WaitingJobs::wantsMemory)
                                .isPresent())
                        .collect(Collectors.toMap(one -> one.job().id(), Found::demand)),
                pool);
        for (Found one : found) {
            String id = one.job().id();
            String why = unschedulable
                    .get(one.demand())
                    .map(reason -> reason.sentence(changes.get(id)))
                    .orElseGet(() -> unhindered(purpose, one));
            waiting.put(id, new Waiting(one.position(), one.expectedStart(), why));
        }
    }

    /** Reads the queue from its head to the last of the given jobs. */
    private List<Found> find(Purpose purpose, Map<String, FineTuningJob> asked, StartTimes starts) {
        List<Found> found = new ArrayList<>();
        int[] position = {0};
        jdbc.sql("""
                        select id, model, cpu_memory, gpu_memory,
                            case when not_before > now() then ceil(extract(epoch from not_before))::bigint end
                        from job where status = :status and not claimed
                        order by priority desc, created_at, id""").param("status", purpose.waiting().text()).query(row -> {
            Demand demand = new Demand(row.getString(2), row.getObject(3, Long.class), row.getObject(4, Long.class));
            Long start = starts.next(demand);
            position[0]++;
            FineTuningJob job = asked.get(row.getString(1));
            if (job != null) {
                Long retryAt = row.getObject(5, Long.class);
                Long expected = start == null || retryAt == null ? start : (Long) Math.max(start, retryAt);
                found.add(new Found(job, position[0], demand, retryAt, expected));
            }
        });
        return found;
    }

    private static String unhindered(Purpose purpose, Found found) {
        if (found.retryAt() != null) {
            Progress told = found.job().progress();
            String what = told == null || told.waiting() == null ? "" : told.waiting() + " ";
            return what + "The next try is at " + Instant.ofEpochSecond(found.retryAt()) + " at the earliest.";
        }
        return purpose == Purpose.TRAIN ? "Waiting for a free device" : "Waiting for a worker to validate its files";
    }

    private static boolean wantsMemory(Unschedulable unschedulable) {
        return unschedulable.reason() == Unschedulable.Reason.MEMORY;
    }
}
