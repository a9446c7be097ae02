package io.attune.webhook;

import io.attune.api.ApiException;
import io.attune.api.Ids;
import io.attune.api.PageQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Stores the endpoints of projects. */
@Component
class WebhookEndpoints {

    private static final int MOST = 100;
    private static final String SELECT = """
            select e.*,
                (select count(*) from webhook_delivery d where d.endpoint = e.id and d.ended_at is null) as waiting
            from webhook_endpoint e where e.project_id = :project""";

    private final JdbcClient jdbc;

    WebhookEndpoints(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Transactional
    WebhookEndpoint create(String project, String name, WebhookUrl url, List<String> eventTypes) {
        int there = jdbc.sql("select count(*) from webhook_endpoint where project_id = :project")
                .param("project", project)
                .query(Integer.class)
                .single();
        if (there >= MOST) {
            throw ApiException.conflict(
                    "too_many_webhook_endpoints",
                    "The project has " + there + " webhook endpoints, and may have " + MOST
                            + ". Delete those that are not needed.");
        }
        String id = Ids.webhookEndpoint();
        jdbc.sql("""
                        insert into webhook_endpoint (id, project_id, name, url, event_types, secret)
                        values (:id, :project, :name, :url, :types, :secret)""")
                .param("id", id)
                .param("project", project)
                .param("name", name)
                .param("url", url.uri().toString())
                .param("types", eventTypes.toArray(String[]::new))
                .param("secret", SigningSecret.draw().text())
                .update();
        return find(project, id).orElseThrow();
    }

    Optional<WebhookEndpoint> find(String project, String id) {
        return jdbc.sql(SELECT + " and e.id = :id")
                .param("project", project)
                .param("id", id)
                .query(WebhookEndpoints::read)
                .optional();
    }

    /** Returns the secret that signs deliveries to the endpoint. */
    Optional<SigningSecret> secret(String id) {
        return jdbc.sql("select secret from webhook_endpoint where id = :id")
                .param("id", id)
                .query(String.class)
                .optional()
                .map(SigningSecret::new);
    }

    /**
     * Returns at most {@code page.limit() + 1} endpoints, newest first. The additional endpoint shows that there
     * are more.
     */
    @Transactional(readOnly = true)
    List<WebhookEndpoint> list(String project, PageQuery page) {
        if (page.after() != null && find(project, page.after()).isEmpty()) {
            throw ApiException.invalidValue("after", "No such webhook endpoint: " + page.after() + ".");
        }
        return jdbc.sql(SELECT + """
                         and (cast(:after as text) is null
                             or (e.created_at, e.id) < (select created_at, id from webhook_endpoint where id = :after))
                        order by e.created_at desc, e.id desc limit :limit""")
                .param("project", project)
                .param("after", page.after())
                .param("limit", page.limit() + 1)
                .query(WebhookEndpoints::read)
                .list();
    }

    /** Deletes an endpoint with its deliveries. Returns false if there is no such endpoint. */
    @Transactional
    boolean delete(String project, String id) {
        return jdbc.sql("delete from webhook_endpoint where project_id = :project and id = :id")
                        .param("project", project)
                        .param("id", id)
                        .update()
                > 0;
    }

    private static WebhookEndpoint read(ResultSet row, int number) throws SQLException {
        Instant lastAt = time(row, "last_at");
        return new WebhookEndpoint(
                row.getString("id"),
                row.getString("name"),
                row.getString("url"),
                List.of((String[]) row.getArray("event_types").getArray()),
                new SigningSecret(row.getString("secret")),
                time(row, "created_at"),
                time(row, "disabled_at"),
                row.getInt("waiting"),
                lastAt == null
                        ? null
                        : new WebhookEndpoint.LastTry(
                                lastAt, row.getObject("last_status", Integer.class), row.getString("last_error")));
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
