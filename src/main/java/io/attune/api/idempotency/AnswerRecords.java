package io.attune.api.idempotency;

import io.attune.api.ApiException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Reads and writes the table {@code recorded_answer}. Everything except the sweep runs in the transaction of the
 * call. {@link Idempotency} has the rules.
 */
@Component
class AnswerRecords {

    private record Stored(byte[] fingerprint, int status, byte[] body) {

        RecordedAnswer again() {
            return new RecordedAnswer(status, body, true);
        }
    }

    private final JdbcClient jdbc;

    AnswerRecords(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Waits while a call runs that this call may repeat. Until the transaction ends, calls that may repeat this call
     * wait too. First calls do not wait for each other.
     */
    void lock(Call call) {
        boolean first = call.idempotencyKey() == null && call.retryCount() == 0;
        jdbc.sql(first ? "select pg_advisory_xact_lock_shared(:lock)" : "select pg_advisory_xact_lock(:lock)")
                .param("lock", lockNumber(call))
                .query((row, n) -> "")
                .list();
    }

    private static long lockNumber(Call call) {
        Fingerprint what = call.idempotencyKey() == null
                ? Fingerprint.of(call.caller()).and(call.fingerprint())
                : Fingerprint.of(call.caller()).and(call.idempotencyKey());
        return ByteBuffer.wrap(what.sha256()).getLong();
    }

    /**
     * Returns the recorded answer if this call repeats another call.
     *
     * @throws ApiException if the client used the idempotency key for another call
     */
    Optional<RecordedAnswer> find(Call call) {
        if (call.idempotencyKey() != null) {
            return findByKey(call);
        }
        return call.retryCount() == 0 ? Optional.empty() : findChain(call);
    }

    private Optional<RecordedAnswer> findByKey(Call call) {
        Optional<Stored> stored = jdbc.sql("""
                        select fingerprint, status, body from recorded_answer
                        where caller = :caller and idempotency_key = :key
                            and created_at > now() - interval '24 hours'""")
                .param("caller", call.caller())
                .param("key", call.idempotencyKey())
                .query(Stored.class)
                .optional();
        if (stored.isPresent() && !Arrays.equals(stored.get().fingerprint(), call.fingerprint())) {
            throw ApiException.conflict(
                    "idempotency_key_reused",
                    "The Idempotency-Key was used within 24 hours for another request: another path or another body."
                            + " Take a new key for a new request.");
        }
        return stored.map(Stored::again);
    }

    private Optional<RecordedAnswer> findChain(Call call) {
        return jdbc.sql("""
                        update recorded_answer set retry_count = :count where id = (
                            select id from recorded_answer
                            where caller = :caller and fingerprint = :fingerprint and idempotency_key is null
                                and retry_count < :count and created_at > now() - interval '30 minutes'
                            order by retry_count desc, id desc limit 1)
                        returning fingerprint, status, body""")
                .param("count", call.retryCount())
                .param("caller", call.caller())
                .param("fingerprint", call.fingerprint())
                .query(Stored.class)
                .optional()
                .map(Stored::again);
    }

    /** Records the answer in the transaction of the call's effect. */
    void record(Call call, RecordedAnswer answer) {
        jdbc.sql("""
                        insert into recorded_answer (caller, fingerprint, idempotency_key, retry_count, status, body)
                        values (:caller, :fingerprint, :key, :count, :status, :body)
                        on conflict (caller, idempotency_key) do update set fingerprint = excluded.fingerprint,
                            retry_count = excluded.retry_count, status = excluded.status, body = excluded.body,
                            created_at = excluded.created_at""") // an existing record is older than 24 hours
                .param("caller", call.caller())
                .param("fingerprint", call.fingerprint())
                .param("key", call.idempotencyKey())
                .param("count", call.retryCount())
                .param("status", answer.status())
                .param("body", answer.body())
                .update();
    }

    @Scheduled(initialDelay = 5, fixedDelay = 5, timeUnit = TimeUnit.MINUTES)
    void sweep() {
        jdbc.sql("""
                        delete from recorded_answer where created_at < now() - interval '24 hours'
                            or created_at < now() - interval '30 minutes' and idempotency_key is null""").update();
    }
}
