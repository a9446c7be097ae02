package io.attune.api;

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
 * Lets a changing call act once, however often a client has to send it until an answer arrives. The effect and the answer are written in one
 * transaction, and only then is the answer sent; so whoever saw no answer and repeats the call finds either both or none. Errors are not
 * kept: the repeat of a call that failed is tried anew.
 *
 * <p>Two calls are the same when the same API key sends the same method, path, query and body ({@link Fingerprint}). That alone makes no
 * repeat: a sweep may file one body five times, and gets five jobs. What tells a repeat is
 *
 * <ul>
 *   <li>{@code X-Stainless-Retry-Count: N} with N from 1 up, as OpenAI's clients send it, within 30 minutes of the original (they wait up to
 *       10 minutes for an answer, and repeat twice), or
 *   <li>{@code Idempotency-Key}, within 24 hours. Where it is sent, it alone decides; the same key with another call is an error.
 * </ul>
 *
 * <p>Each recorded answer stands for one chain: an original and its repeats 1, 2, ..., of which some may have been lost on their way here. It
 * keeps the count that was seen last, and repeat N can only belong to a chain whose count is below N. Of several such chains the one with the
 * highest count is taken: it can serve the fewest other repeats, so every repeat that could find a chain still does, and five originals whose
 * answers are lost have five effects, in whatever order their repeats arrive. Among equals the newest is taken: a script that files one
 * body after another, and loses an answer, waits for the call it sent last, and is told of that. A repeat that finds no chain is the first of its
 * chain to arrive, and acts.
 *
 * <p>One case is beyond what clients tell: the original never arrived here, and an equal call of the same key within 30 minutes was answered. Then
 * the repeat is taken for a repeat of that one. Who sends equal calls on purpose and cannot bear this sends an {@code Idempotency-Key} with each.
 *
 * <p>A repeat that arrives while its original is at work waits for it. All of this lasts as long as the transaction: slow work (hashing, copying
 * large files) is to be done before.
 *
 * <p>Calls under {@code /v1} with JSON bodies, or none, come through {@link RepeatFilter} and need nothing else. Endpoints for multipart bodies
 * and those named by a {@link GuardedByItself} bean call {@link #once} themselves, if they change anything.
 */
@Service
public class Repeats {

    private static final Logger log = LoggerFactory.getLogger(Repeats.class);

    private final AnswerRecords records;
    private final TransactionTemplate transaction;
    private final JsonMapper json;

    Repeats(AnswerRecords records, PlatformTransactionManager transactions, JsonMapper json) {
        this.records = records;
        this.transaction = new TransactionTemplate(transactions);
        this.json = json;
    }

    /**
     * Acts, unless the request repeats one that has acted: then gives that one's answer.
     *
     * @param fingerprint {@link Fingerprint#of(HttpServletRequest)} and all that matters of the body, such as a file's checksum and the fields
     *     of a form, but no multipart boundary, which differs from repeat to repeat
     * @param action is run in a transaction, which all that is {@code @Transactional} joins; what it returns is answered as JSON with status 200.
     *     It must check there, not before, what a first try changes (such as the state of an upload). What it throws rolls
     *     back and is thrown on
     */
    public ResponseEntity<byte[]> once(HttpServletRequest request, Fingerprint fingerprint, Supplier<?> action) {
        return entity(once(
                Call.of(request, fingerprint),
                () -> new RecordedAnswer(200, json.writeValueAsBytes(action.get()), false)));
    }

    /**
     * The answer if the request repeats one that has acted: a look before slow work that a repeat can be spared. Must be followed by
     * {@link #once} where it is empty.
     */
    public Optional<ResponseEntity<byte[]>> earlierAnswer(HttpServletRequest request, Fingerprint fingerprint) {
        Call call = Call.of(request, fingerprint);
        return transaction.execute(status -> {
            records.lock(call);
            return records.find(call).map(Repeats::entity);
        });
    }

    /** Like the next one; the answer is recorded as it is. */
    RecordedAnswer once(Call call, Supplier<RecordedAnswer> action) {
        return once(call, action, UnaryOperator.identity());
    }

    /**
     * Like the public one; an answer other than 2xx rolls back as an exception does, but is returned.
     *
     * @param kept the answer as it is recorded
     */
    RecordedAnswer once(Call call, Supplier<RecordedAnswer> action, UnaryOperator<RecordedAnswer> kept) {
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
                records.record(call, kept.apply(answer));
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
