package io.attune.job;

import io.attune.api.Ids;
import io.attune.estimate.Training;
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
 * Writes an event for jobs that wait although no worker could take them, one for each reason. Every process looks; the job's row says what
 * it was told.
 */
@Component
class MisfitWatch {

    private static final Logger log = LoggerFactory.getLogger(MisfitWatch.class);

    private static final int MOST_AT_ONCE = 1000;

    private static final String GROUP = """
            status = :status and not claimed and model = :model
            and cpu_memory is not distinct from :cpu::bigint and gpu_memory is not distinct from :gpu::bigint
            and misfit is not distinct from :told::text""";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Pools pools;
    private final MemoryNeeds needs;
    private final EventLog events;

    MisfitWatch(JdbcClient jdbc, TransactionTemplate transactions, Pools pools, MemoryNeeds needs, EventLog events) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.pools = pools;
        this.needs = needs;
        this.events = events;
    }

    /** Jobs that wait for the same, ask the same, and were told the same, which may be null. */
    private record Group(Purpose purpose, Demand demand, String told) {}

    @Scheduled(initialDelay = 5, fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void look() {
        try {
            for (Purpose purpose : Purpose.values()) {
                Pool pool = pools.lately(purpose);
                if (pool.workers() > 0) {
                    groups(purpose).forEach(group -> look(pool, group));
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

    private void look(Pool pool, Group group) {
        Misfit misfit = pool.misfit(group.demand()).orElse(null);
        String reason = misfit == null ? null : misfit.reason().name().toLowerCase(Locale.ROOT);
        if (Objects.equals(reason, group.told())) {
            return;
        }
        for (String job : jobs(group)) {
            transactions.executeWithoutResult(status -> {
                if (mark(job, group, reason) && misfit != null) {
                    tell(job, pool, group.demand(), misfit, reason);
                }
            });
        }
    }

    private List<String> jobs(Group group) {
        return with(group, "select id from job where " + GROUP + " limit " + MOST_AT_ONCE)
                .query(String.class)
                .list();
    }

    /** @return whether the job still belongs to the group, which it does not any more then */
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

    private void tell(String job, Pool pool, Demand demand, Misfit misfit, String reason) {
        Training training =
                misfit.reason() == Misfit.Reason.MEMORY ? needs.find(job).orElse(null) : null;
        String message = misfit.sentence() + WaitingJobs.remedy(pool, demand, training)
                + " The job waits until a worker comes up that can take it.";
        events.append(
                job, List.of(new NewEvent(Ids.event(), "warn", "message", message, Map.of("waits_for", reason))));
    }
}
