package io.attune.api.idempotency;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets a changing call act once, however often a client sends it. A client repeats a call when it received no answer.
 * One transaction therefore writes the effect and the answer. The service sends the answer after the commit. A repeat
 * finds both or neither. Errors are not recorded: the service runs the repeat of a failed call again.
 *
 * <p>Two calls are equal if the same API key sends the same method, path, query and body ({@link Fingerprint}). An
 * equal call is not always a repeat: a sweep may create five jobs with one body. A client marks a repeat with one of
 * two headers:
 *
 * <ul>
 *   <li>{@code X-Stainless-Retry-Count: N} with N from 1 up, within 30 minutes of the original. OpenAI's clients send
 *       it. They wait up to 10 minutes for an answer, and repeat twice.
 *   <li>{@code Idempotency-Key}, within 24 hours. If a client sends it, only this header decides. The same key with
 *       another call is an error.
 * </ul>
 *
 * <p>Each recorded answer belongs to one chain: an original and its repeats 1, 2, ... The network may lose some of
 * them. The record keeps the last count that arrived. Repeat N can only belong to a chain with a count below N. If
 * several chains match, the chain with the highest count gets the repeat. That chain can serve the fewest other
 * repeats, so every other repeat still finds a chain. Therefore five originals whose answers are lost have five
 * effects, in any order of their repeats. Among chains with equal counts the newest chain gets the repeat: a script
 * that sends one call after another repeats its last call. A repeat that finds no chain acts, and begins a chain.
 *
 * <p>The service cannot recognise one case: the original never arrived, and the service answered an equal call of the
 * same API key within 30 minutes. The service then takes the repeat for a repeat of that call. A client that sends
 * equal calls on purpose avoids this with an {@code Idempotency-Key} in each call.
 *
 * <p>A repeat that arrives while its original still runs waits for it. The wait lasts as long as the transaction.
 * Slow work, such as hashing and copying large files, therefore comes before the transaction.
 *
 * <p>{@link Idempotent} marks the endpoints. {@link IdempotencyFilter} surrounds their calls with the transaction. An
 * endpoint with its own transaction calls {@link #once} itself.
 */
@Service
public class Idempotency {

    private static final Logger log = LoggerFactory.getLogger(Idempotency.class);

    private final AnswerRecords records;
    private final TransactionTemplate transaction;
    private final JsonMapper json;

    Idempotency(AnswerRecords records, PlatformTransactionManager transactions, JsonMapper json) {
        this.records = records;
        this.transaction = new TransactionTemplate(transactions);
        this.json = json;
    }

    /**
     * Runs the action. If the request repeats a call that has acted, returns the recorded answer instead.
     *
     * @param fingerprint {@link Fingerprint#of(HttpServletRequest)} and everything in the body that matters, such as
     *     a file's checksum and the fields of a form. The multipart boundary does not belong to it, because it
     *     differs between repeats
     * @param action runs in a transaction, which {@code @Transactional} methods join. Its result becomes a JSON
     *     answer with status 200. It must itself check the state that a first try changes (such as the state of an
     *     upload). Its exceptions roll back and reach the caller
     */
    public ResponseEntity<byte[]> once(HttpServletRequest request, Fingerprint fingerprint, Supplier<?> action) {
        return entity(once(
                Call.of(request, fingerprint),
                () -> new RecordedAnswer(200, json.writeValueAsBytes(action.get()), false)));
    }

    /**
     * Returns the recorded answer if the request repeats a call that has acted. A repeat then needs no slow work. If
     * the result is empty, the caller does that work and then calls {@link #once}.
     */
    public Optional<ResponseEntity<byte[]>> earlierAnswer(HttpServletRequest request, Fingerprint fingerprint) {
        Call call = Call.of(request, fingerprint);
        return transaction.execute(status -> {
            records.lock(call);
            return records.find(call).map(Idempotency::entity);
        });
    }

    /** As {@link #once(Call, Supplier, UnaryOperator)}, with the answer recorded unchanged. */
    RecordedAnswer once(Call call, Supplier<RecordedAnswer> action) {
        return once(call, action, UnaryOperator.identity());
    }

    /**
     * As {@link #once(HttpServletRequest, Fingerprint, Supplier)}. An answer other than 2xx rolls back as an
     * exception does, and is returned.
     *
     * @param recorded makes the recorded answer from the full answer
     */
    RecordedAnswer once(Call call, Supplier<RecordedAnswer> action, UnaryOperator<RecordedAnswer> recorded) {
        return transaction.execute(status -> {
            records.lock(call);
            Optional<RecordedAnswer> earlier = records.find(call);
            if (earlier.isPresent()) {
                log.debug("this call was answered before; the answer is repeated");
                return earlier.get();
            }
            RecordedAnswer answer = action.get();
            if (!answer.isSuccess()) {
                status.setRollbackOnly();
            } else if (status.isRollbackOnly()) {
                throw new IllegalStateException("a call was answered " + answer.status() + " but cannot be committed");
            } else {
                records.record(call, recorded.apply(answer));
            }
            return answer;
        });
    }

    private static ResponseEntity<byte[]> entity(RecordedAnswer answer) {
        ResponseEntity.BodyBuilder entity =
                ResponseEntity.status(answer.status()).contentType(MediaType.APPLICATION_JSON);
        if (answer.repeated()) {
            entity.header(RecordedAnswer.REPEATED, "true");
        }
        return entity.body(answer.body());
    }
}
