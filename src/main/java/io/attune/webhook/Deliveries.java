package io.attune.webhook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The queue of deliveries (outbox). Any number of processes may work on it. An endpoint gets one delivery at a
 * time, so a slow endpoint does not delay others. Leases use the database's clock. Every method that changes a
 * delivery first locks the row of its endpoint.
 */
@Component
class Deliveries {

    private static final String GONE = "The endpoint answered 410 Gone: it gets no more deliveries.";

    private final JdbcClient jdbc;

    Deliveries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Claims at most {@code most} due deliveries of different endpoints. Endpoints with the oldest last try come
     * first.
     *
     * @param lease time after which another process may try again, unless the outcome is recorded
     */
    @Transactional
    List<Delivery> claim(int most, Duration lease) {
        List<String> endpoints =
                jdbc.sql("""
                        select id from webhook_endpoint
                        where disabled_at is null and (busy_until is null or busy_until <= now())
                          and id in (select endpoint from webhook_delivery where ended_at is null and due_at <= now())
                        order by tried_at nulls first, id
                        limit :most for no key update skip locked""").param("most", most).query(String.class).list();
        List<Delivery> claimed = new ArrayList<>();
        for (String endpoint : endpoints) {
            claimOf(endpoint, lease).ifPresent(claimed::add);
        }
        return claimed;
    }

    private Optional<Delivery> claimOf(String endpoint, Duration lease) {
        return jdbc.sql("""
                        with taken as (
                            update webhook_delivery
                            set tries = tries + 1, due_at = now() + make_interval(secs => :lease)
                            where id = (select id from webhook_delivery
                                        where endpoint = :endpoint and ended_at is null and due_at <= now()
                                        order by due_at, id limit 1)
                            returning id, tries, endpoint, body
                        ), busy as (
                            update webhook_endpoint
                            set tried_at = now(), busy_until = now() + make_interval(secs => :lease)
                            where id in (select endpoint from taken)
                            returning url, secret
                        )
                        select * from taken, busy""")
                .param("endpoint", endpoint)
                .param("lease", seconds(lease))
                .query((row, n) -> new Delivery(
                        row.getString("id"),
                        row.getInt("tries"),
                        row.getString("endpoint"),
                        row.getString("url"),
                        new SigningSecret(row.getString("secret")),
                        row.getString("body")))
                .optional();
    }

    /** Records that the endpoint accepted the delivery. */
    @Transactional
    void delivered(Delivery delivery, int status) {
        if (!lockEndpoint(delivery)) {
            return;
        }
        jdbc.sql("""
                        update webhook_delivery set ended_at = now(), outcome = 'delivered'
                        where id = :id and ended_at is null""").param("id", delivery.id()).update();
        tried(delivery, status, null);
    }

    /**
     * Records that the try failed.
     *
     * @param status the answered status, or null
     * @param delay time until the next try; empty if there is none
     */
    @Transactional
    void failed(Delivery delivery, Integer status, String error, Optional<Duration> delay) {
        if (!lockEndpoint(delivery)) {
            return;
        }
        int mine = jdbc.sql("""
                        update webhook_delivery set
                            due_at = now() + make_interval(secs => :delay),
                            ended_at = case when :over then now() end, outcome = case when :over then 'given_up' end
                        where id = :id and tries = :tries and ended_at is null""")
                .param("delay", seconds(delay.orElse(Duration.ZERO)))
                .param("over", delay.isEmpty())
                .param("id", delivery.id())
                .param("tries", delivery.tries())
                .update();
        if (mine > 0) { // else the lease was lost, and a later try counts
            tried(delivery, status, error);
        }
    }

    /**
     * Records that the endpoint refuses further deliveries (410). Disables the endpoint and gives up its waiting
     * deliveries.
     */
    @Transactional
    void gone(Delivery delivery, int status) {
        if (!lockEndpoint(delivery)) {
            return;
        }
        jdbc.sql("""
                        update webhook_delivery set ended_at = now(), outcome = 'given_up'
                        where endpoint = :endpoint and ended_at is null""").param("endpoint", delivery.endpoint()).update();
        jdbc.sql("update webhook_endpoint set disabled_at = now() where id = :endpoint")
                .param("endpoint", delivery.endpoint())
                .update();
        tried(delivery, status, GONE);
    }

    /**
     * Deletes deliveries that ended more than {@code kept} ago.
     *
     * @return the number of deleted deliveries
     */
    @Transactional
    int sweep(Duration kept) {
        return jdbc.sql("delete from webhook_delivery where ended_at < now() - make_interval(secs => :kept)")
                .param("kept", seconds(kept))
                .update();
    }

    /**
     * Locks the endpoint's row; returns false if the endpoint was deleted. Locks it before its deliveries, in the
     * same order as the endpoint's deletion.
     */
    private boolean lockEndpoint(Delivery delivery) {
        return jdbc.sql("select id from webhook_endpoint where id = :id for no key update")
                .param("id", delivery.endpoint())
                .query(String.class)
                .optional()
                .isPresent();
    }

    private void tried(Delivery delivery, Integer status, String error) {
        jdbc.sql("""
                        update webhook_endpoint
                        set busy_until = null, last_at = now(), last_status = :status, last_error = :error
                        where id = :endpoint""")
                .param("status", status)
                .param("error", error)
                .param("endpoint", delivery.endpoint())
                .update();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
