package io.attune.job;

import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How long attempts of one purpose take that do their work to its end: the mean of the newest ones, by base model. */
final class Durations {

    private static final int NEWEST = 50;

    private final Map<String, Double> byModel = new HashMap<>();

    static Durations unknown() {
        return new Durations();
    }

    static Durations read(JdbcClient jdbc, Purpose purpose) {
        Durations durations = new Durations();
        jdbc.sql("""
                        select j.model, avg(newest.seconds) as seconds
                        from (select job, extract(epoch from ended_at - claimed_at) as seconds from attempt
                            where purpose = :purpose and outcome in ('validated', 'succeeded')
                            order by ended_at desc limit :newest) newest
                        join job j on j.id = newest.job
                        group by grouping sets ((j.model), ()) having count(*) > 0""")
                .param("purpose", purpose.text())
                .param("newest", NEWEST)
                .query(row -> {
                    durations.byModel.put(row.getString("model"), row.getDouble("seconds"));
                });
        return durations;
    }

    /** Seconds; of all models where none is known of this one; null where nothing is known. */
    Double of(String model) {
        Double seconds = byModel.get(model);
        return seconds == null ? byModel.get(null) : seconds;
    }
}
