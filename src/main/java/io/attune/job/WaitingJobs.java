package io.attune.job;

import io.attune.estimate.Change;
import io.attune.estimate.Fitting;
import io.attune.estimate.Kind;
import io.attune.estimate.Training;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tells jobs that wait where they stand, when they are likely to start and what they wait for, as of the moment they are asked: a few
 * queries for any number of jobs, one of them over all that wait.
 */
@Component
class WaitingJobs {

    private final JdbcClient jdbc;
    private final Pools pools;

    WaitingJobs(JdbcClient jdbc, Pools pools) {
        this.jdbc = jdbc;
        this.pools = pools;
    }

    /** @param retryAt seconds since 1970, null if it may be claimed now */
    private record Found(FineTuningJob job, int position, Demand demand, Long retryAt, Long expectedStart) {}

    /** By id, for those of {@code jobs} that wait to be claimed. */
    Map<String, Waiting> of(Collection<FineTuningJob> jobs) {
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
        Map<Demand, Optional<Misfit>> misfits = new HashMap<>();
        found.forEach(one -> misfits.computeIfAbsent(one.demand(), pool::misfit));
        Map<String, Training> tooLarge = trainings(found.stream()
                .filter(one -> misfits.get(one.demand()).filter(WaitingJobs::wantsMemory).isPresent())
                .toList());
        for (Found one : found) {
            String id = one.job().id();
            String why = misfits.get(one.demand())
                    .map(misfit -> misfit.sentence() + remedy(pool, one.demand(), tooLarge.get(id)))
                    .orElseGet(() -> unhindered(purpose, one));
            waiting.put(id, new Waiting(one.position(), one.expectedStart(), why));
        }
    }

    /** Walks the queue from its head to the last of those that are asked for. */
    private List<Found> find(Purpose purpose, Map<String, FineTuningJob> asked, StartTimes starts) {
        List<Found> found = new ArrayList<>();
        int[] position = {0};
        jdbc.sql("""
                        select id, model, cpu_memory, gpu_memory,
                            case when not_before > now() then ceil(extract(epoch from not_before))::bigint end
                        from job where status = :status and not claimed
                        order by priority desc, created_at, id""")
                .param("status", purpose.waiting().text())
                .query(row -> {
                    Demand demand = new Demand(
                            row.getString(2), row.getObject(3, Long.class), row.getObject(4, Long.class));
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

    private static boolean wantsMemory(Misfit misfit) {
        return misfit.reason() == Misfit.Reason.MEMORY;
    }

    /** What their estimates were made of, by id. */
    private Map<String, Training> trainings(List<Found> tooLarge) {
        Map<String, Training> trainings = new HashMap<>();
        if (!tooLarge.isEmpty()) {
            jdbc.sql("select id, estimate from job where id = any(:ids) and estimate is not null")
                    .param("ids", tooLarge.stream().map(one -> one.job().id()).toArray(String[]::new))
                    .query(row -> {
                        trainings.put(
                                row.getString(1),
                                JobJson.read(row.getString(2), MemoryNeeds.Stored.class).training());
                    });
        }
        return trainings;
    }

    /** The smallest change with which it would fit the largest slot of some kind; empty where none is known. */
    static String remedy(Pool pool, Demand demand, Training training) {
        if (training == null) {
            return "";
        }
        List<Change> changes = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            pool.largest(kind, demand.model())
                    .ifPresent(memory -> Fitting.of(training, kind, memory).ifPresent(changes::add));
        }
        return changes.stream()
                .min(Comparator.comparing((Change change) -> change.type() != null)
                        .thenComparing(change -> change.r() != null)
                        .thenComparing(change -> change.maxLength() != null))
                .map(Change::words)
                .filter(words -> !words.isEmpty())
                .map(words -> " It would fit with " + words + ".")
                .orElse("");
    }
}
