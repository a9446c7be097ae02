package io.attune.job.event;

import io.attune.job.JobJson;
import java.util.List;
import java.util.function.Function;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Writes events. The {@code seq} of the events of a job has no gaps. Each number comes from the job's row, which
 * stays locked until the transaction ends.
 */
@Component
public class EventLog {

    private final JdbcClient jdbc;
    private final ApplicationEventPublisher listeners;

    EventLog(JdbcClient jdbc, ApplicationEventPublisher listeners) {
        this.jdbc = jdbc;
        this.listeners = listeners;
    }

    /** Appends the events that are not stored yet, in their order. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void append(String job, List<NewEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        int written = values(jdbc.sql("""
                        with fresh as (
                            select id, level, type, message, data, row_number() over (order by place) as n
                            from unnest(:ids, :levels, :types, :messages, :data) with ordinality
                                as given (id, level, type, message, data, place)
                            where not exists (select from event where event.id = given.id)
                        ), numbered as (
                            update job set last_seq = last_seq + (select count(*) from fresh)
                            where id = :job and exists (select from fresh)
                            returning last_seq - (select count(*) from fresh) as before
                        )
                        insert into event (id, job, seq, level, type, message, data)
                        select id, :job, before + n, level, type, message, data::jsonb from fresh, numbered"""), events).param("job", job).update();
        if (written > 0) {
            listeners.publishEvent(new EventsAppended(job));
        }
    }

    /**
     * Writes new events for a caller that has already counted them in the job's row.
     *
     * @param lastSeq {@code seq} of the last event
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void write(String job, long lastSeq, List<NewEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        values(jdbc.sql("""
                        insert into event (id, job, seq, level, type, message, data)
                        select id, :job, :before + place, level, type, message, data::jsonb
                        from unnest(:ids, :levels, :types, :messages, :data) with ordinality
                            as given (id, level, type, message, data, place)"""), events)
                .param("job", job)
                .param("before", lastSeq - events.size())
                .update();
        listeners.publishEvent(new EventsAppended(job));
    }

    private static JdbcClient.StatementSpec values(JdbcClient.StatementSpec statement, List<NewEvent> events) {
        return statement
                .param("ids", column(events, NewEvent::id))
                .param("levels", column(events, NewEvent::level))
                .param("types", column(events, NewEvent::type))
                .param("messages", column(events, event -> JobJson.withoutNul(event.message())))
                .param("data", column(events, event -> event.data() == null ? null : JobJson.text(event.data())));
    }

    private static String[] column(List<NewEvent> events, Function<NewEvent, String> value) {
        return events.stream().map(value).toArray(String[]::new);
    }
}
