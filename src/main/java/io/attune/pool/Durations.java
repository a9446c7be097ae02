package io.attune.pool;

import io.attune.job.Purpose;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The mean duration of the newest successful attempts with one purpose, by base model. */
record Durations(Map<String, Double> secondsByModel) {

    private static final int NEWEST = 50;

    static Durations unknown() {
        return new Durations(Map.of());
    }

    static Durations read(JdbcClient jdbc, Purpose purpose) {
        Map<String, Double> seconds = new HashMap<>();
        jdbc.sql("""
                        select j.model, avg(newest.seconds) as seconds
                        from (select job, extract(epoch from ended_at - claimed_at) as seconds from attempt
                            where purpose = :purpose and outcome in ('validated', 'succeeded')
                            order by ended_at desc limit :newest) newest
                        join job j on j.id = newest.job
                        group by j.model""").param("purpose", purpose.text()).param("newest", NEWEST).query(row -> {
            seconds.put(row.getString("model"), row.getDouble("seconds"));
        });
        return new Durations(seconds);
    }

    /** Seconds; null if none of the newest attempts used this model. */
    Double of(String model) {
        return secondsByModel.get(model);
    }
}
