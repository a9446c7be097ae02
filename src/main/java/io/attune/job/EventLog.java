package io.attune.job;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Writes events. Their {@code seq} is gapless in a job: it is taken from the job's row, which stays locked until the transaction ends. */
@Component
class EventLog {

    private final JdbcClient jdbc;
    private final JdbcTemplate batch;
    private final ApplicationEventPublisher listeners;

    EventLog(JdbcClient jdbc, JdbcTemplate batch, ApplicationEventPublisher listeners) {
        this.jdbc = jdbc;
        this.batch = batch;
        this.listeners = listeners;
    }

    /** Appends those of {@code events} that are not yet there, in their order. */
    @Transactional(propagation = Propagation.MANDATORY)
    void append(String job, List<NewEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        jdbc.sql("select id from job where id = :job for update")
                .param("job", job)
                .query(String.class)
                .single();
        Set<String> written = new HashSet<>(jdbc.sql("select id from event where id in (:ids)")
                .param("ids", events.stream().map(NewEvent::id).toList())
                .query(String.class)
                .list());
        List<NewEvent> fresh =
                events.stream().filter(event -> !written.contains(event.id())).toList();
        long last = jdbc.sql("update job set last_seq = last_seq + :n where id = :job returning last_seq")
                .param("n", fresh.size())
                .param("job", job)
                .query(Long.class)
                .single();
        long seq = last - fresh.size();
        List<Object[]> rows = new ArrayList<>();
        for (NewEvent event : fresh) {
            rows.add(new Object[] {
                event.id(),
                job,
                ++seq,
                event.level(),
                event.type(),
                JobJson.withoutNul(event.message()),
                event.data() == null ? null : JobJson.text(event.data())
            });
        }
        batch.batchUpdate(
                "insert into event (id, job, seq, level, type, message, data) values (?, ?, ?, ?, ?, ?, ?::jsonb)",
                rows);
        listeners.publishEvent(new EventsAppended(job));
    }
}
