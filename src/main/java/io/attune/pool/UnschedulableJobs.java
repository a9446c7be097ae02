package io.attune.pool;

import io.attune.api.Ids;
import io.attune.job.Purpose;
import io.attune.job.event.EventLog;
import io.attune.job.event.NewEvent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes an event for each waiting job that no worker can take, once for each reason. Every process looks for such
 * jobs. The row of the job stores the last reason, so only one process writes the event.
 */
@Component
class UnschedulableJobs {

    private static final Logger log = LoggerFactory.getLogger(UnschedulableJobs.class);

    /** The rest follows at the next look, so that thousands of jobs do not keep the database busy. */
    private static final int MOST_AT_ONCE = 200;

    private static final String GROUP = """
            status = :status and not claimed and model = :model
            and cpu_memory is not distinct from :cpu::bigint and gpu_memory is not distinct from :gpu::bigint
            and misfit is not distinct from :told::text""";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Pools pools;
    private final FittingAdvice advice;
    private final EventLog events;

    UnschedulableJobs(
            JdbcClient jdbc, TransactionTemplate transactions, Pools pools, FittingAdvice advice, EventLog events) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.pools = pools;
        this.advice = advice;
        this.events = events;
    }

    /** Jobs with the same purpose, the same demand and the same last reason, which may be null. */
    private record Group(Purpose purpose, Demand demand, String told) {}

    @Scheduled(initialDelay = 5, fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void look() {
        try {
            for (Purpose purpose : Purpose.values()) {
                Pool pool = pools.lately(purpose);
                if (pool.workers() > 0) {
                    int left = MOST_AT_ONCE;
                    for (Group group : groups(purpose)) {
                        left -= left == 0 ? 0 : look(pool, group, left);
                    }
                }
            }
        } catch (RuntimeException e) {
            log.warn("could not look for jobs that fit no worker: {}", e.getMessage());
        }
    }

    private List<Group> groups(Purpose purpose) {
        return jdbc.sql("""
                        select distinct model, cpu_memory, gpu_memory, misfit from job where status = :status and not claimed""")
                .param("status", purpose.waiting().text())
                .query((row, n) -> new Group(
                        purpose,
                        new Demand(row.getString(1), row.getObject(2, Long.class), row.getObject(3, Long.class)),
                        row.getString(4)))
                .list();
    }

    /** @return number of jobs that were given a reason, or are schedulable again */
    private int look(Pool pool, Group group, int most) {
        Unschedulable unschedulable = pool.unschedulable(group.demand()).orElse(null);
        String reason =
                unschedulable == null ? null : unschedulable.reason().name().toLowerCase(Locale.ROOT);
        if (Objects.equals(reason, group.told())) {
            return 0;
        }
        List<String> jobs = jobs(group, most);
        for (String job : jobs) {
            transactions.executeWithoutResult(status -> {
                if (mark(job, group, reason) && unschedulable != null) {
                    tell(job, pool, group.demand(), unschedulable, reason);
                }
            });
        }
        return jobs.size();
    }

    private List<String> jobs(Group group, int most) {
        return with(group, "select id from job where " + GROUP + " limit " + most)
                .query(String.class)
                .list();
    }

    /** @return false if the job does not belong to the group any more */
    private boolean mark(String job, Group group, String reason) {
        return with(group, "update job set misfit = :reason where id = :job and " + GROUP)
                        .param("job", job)
                        .param("reason", reason)
                        .update()
                > 0;
    }

    private JdbcClient.StatementSpec with(Group group, String sql) {
        return jdbc.sql(sql)
                .param("status", group.purpose().waiting().text())
                .param("model", group.demand().model())
                .param("cpu", group.demand().cpuMemory())
                .param("gpu", group.demand().gpuMemory())
                .param("told", group.told());
    }

    private void tell(String job, Pool pool, Demand demand, Unschedulable unschedulable, String reason) {
        Map<String, Demand> tooLarge =
                unschedulable.reason() == Unschedulable.Reason.MEMORY ? Map.of(job, demand) : Map.of();
        String message = unschedulable.sentence(advice.of(tooLarge, pool).get(job))
                + " The job waits until a worker comes up that can take it.";
        events.append(job, List.of(new NewEvent(Ids.event(), "warn", "message", message, Map.of("waits_for", reason))));
    }
}
