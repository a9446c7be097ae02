package io.attune.api;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Says in the API's words what the database refused, whoever wrapped its exception: Spring, Hibernate or nobody. */
final class DatabaseErrors {

    /** SQLSTATEs of text that is none in UTF-8, or that jsonb cannot hold. */
    private static final Set<String> UNSTORABLE = Set.of("22021", "22P05");

    /** How SQLSTATEs begin that say that the connection broke or the server goes down. */
    private static final Set<String> AWAY = Set.of("08", "57P");

    private DatabaseErrors() {}

    /** Whether the database does not answer, or could not be asked. */
    static boolean isAway(Throwable error) {
        return error instanceof CannotCreateTransactionException
                || error instanceof DataAccessResourceFailureException
                || error instanceof TransientDataAccessException
                || explain(error).filter(answer -> answer.status() == 503).isPresent();
    }

    /** Empty if the database has nothing to do with it, or refused what only a defect here can ask for. */
    static Optional<ApiException> explain(Throwable error) {
        Throwable cause = error;
        while (cause != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        if (!(cause instanceof SQLException refusal)) {
            return Optional.empty();
        }
        String state = refusal.getSQLState();
        // PostgreSQL always gives a state; the pool gives none when it has had to close the connection
        if (refusal instanceof SQLTransientConnectionException
                || state == null
                || AWAY.stream().anyMatch(state::startsWith)) {
            return Optional.of(ApiException.databaseUnavailable());
        }
        return UNSTORABLE.contains(state)
                ? Optional.of(ApiException.invalidValue(
                        null, "A text of the request holds a character that cannot be stored, such as NUL."))
                : Optional.empty();
    }
}
