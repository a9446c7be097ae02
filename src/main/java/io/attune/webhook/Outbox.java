package io.attune.webhook;

import io.attune.api.Ids;
import io.attune.job.JobEnded;
import java.util.List;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a delivery for each endpoint when a job ends, in the transaction that ends the job. The end and its
 * deliveries are therefore either both written or both missing.
 */
@Component
class Outbox {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    Outbox(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    void jobEnded(JobEnded end) {
        EventType type = EventType.of(end);
        // locked, because a concurrent deletion of an endpoint must not make the end of the job fail
        List<String> endpoints = jdbc.sql("""
                        select id from webhook_endpoint
                        where project_id = :project and :type = any(event_types) and disabled_at is null
                        order by id for key share""")
                .param("project", end.project())
                .param("type", type.text())
                .query(String.class)
                .list();
        if (endpoints.isEmpty()) {
            return;
        }
        long endedAt = jdbc.sql("select floor(extract(epoch from finished_at)) from job where id = :job")
                .param("job", end.job())
                .query(Long.class)
                .single();
        String body = json.writeValueAsString(WebhookEvent.of(Ids.webhookEvent(), type, endedAt, end.job()));
        for (String endpoint : endpoints) {
            jdbc.sql("insert into webhook_delivery (id, endpoint, body) values (:id, :endpoint, :body)")
                    .param("id", Ids.webhookDelivery())
                    .param("endpoint", endpoint)
                    .param("body", body)
                    .update();
        }
    }
}
