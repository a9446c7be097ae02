package io.attune.pool;

import io.attune.estimate.Kind;
import io.attune.job.Purpose;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads which workers are live, their slots and models, and when each slot is expected to be free. Uses the time of
 * the database.
 */
@Component
class Pools {

    private static final Duration SHORTEST = Duration.ofSeconds(10);

    private static final String SLOTS = """
            select s.kind, s.memory, array(select model from worker_model m where m.worker = w.id) as models,
                extract(epoch from now()) as now, w.id as worker, j.model as running,
                extract(epoch from a.claimed_at) as claimed_at, (j.progress ->> 'estimated_finish')::bigint as finish
            from worker w
                left join worker_slot s on s.worker = w.id
                left join attempt a on a.worker = w.id and a.slot = s.name and a.ended_at is null
                left join job j on j.id = a.job
            where w.seen_at > now() - make_interval(secs => :up)""";

    /** A validation needs no memory estimate and no device. */
    private static final String VALIDATORS = """
            select 'cpu' as kind, 9223372036854775807 as memory,
                array(select model from worker_model m where m.worker = w.id) as models,
                extract(epoch from now()) as now, w.id as worker, j.model as running,
                extract(epoch from a.claimed_at) as claimed_at, null::bigint as finish
            from worker w
                left join attempt a on a.worker = w.id and a.purpose = 'validate' and a.ended_at is null
                left join job j on j.id = a.job
            where w.seen_at > now() - make_interval(secs => :up)""";

    private final JdbcClient jdbc;
    private final Duration up;

    /**
     * @param lease lease of attempts. A live worker updates its row several times in this time, so a worker with an
     *     older row is not live
     */
    Pools(JdbcClient jdbc, @Value("${attune.lease}") Duration lease) {
        this.jdbc = jdbc;
        this.up = lease.compareTo(SHORTEST) < 0 ? SHORTEST : lease;
    }

    /**
     * The live workers.
     *
     * @param durations durations of attempts with this purpose
     */
    Pool of(Purpose purpose, Durations durations) {
        return seen(purpose, up, durations);
    }

    /**
     * The live workers, and workers that were live a short time ago. A worker that restarts is therefore included.
     */
    Pool lately(Purpose purpose) {
        return seen(purpose, up.multipliedBy(4), Durations.unknown());
    }

    private Pool seen(Purpose purpose, Duration up, Durations durations) {
        Set<String> workers = new HashSet<>();
        Set<String> models = new HashSet<>();
        List<PoolSlot> slots = new ArrayList<>();
        double[] now = {0};
        jdbc.sql(purpose == Purpose.TRAIN ? SLOTS : VALIDATORS)
                .param("up", up.toMillis() / 1000.0)
                .query(row -> {
                    Set<String> names = Set.of((String[]) row.getArray("models").getArray());
                    now[0] = row.getDouble("now");
                    workers.add(row.getString("worker"));
                    models.addAll(names);
                    if (row.getString("kind") != null) {
                        slots.add(slot(row, names, durations));
                    }
                });
        return new Pool(now[0], workers.size(), models, slots);
    }

    private static PoolSlot slot(ResultSet row, Set<String> models, Durations durations) throws SQLException {
        Kind kind = row.getString("kind").equals(Kind.CUDA.text()) ? Kind.CUDA : Kind.CPU;
        return new PoolSlot(kind, row.getLong("memory"), models, freeAt(row, durations));
    }

    /**
     * The time when the slot is expected to be free: the forecast of the trainer, else the start plus the usual
     * duration. Now, if that time has passed.
     */
    private static Double freeAt(ResultSet row, Durations durations) throws SQLException {
        double now = row.getDouble("now");
        String running = row.getString("running");
        if (running == null) {
            return now;
        }
        double finish = row.getLong("finish");
        if (!row.wasNull()) {
            return Math.max(now, finish);
        }
        Double seconds = durations.of(running);
        return seconds == null ? null : (Double) Math.max(now, row.getDouble("claimed_at") + seconds);
    }
}
