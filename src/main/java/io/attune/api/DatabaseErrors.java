package io.attune.api;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Explains in the API's words why the database refused a statement. Spring or Hibernate may have wrapped its
 * exception.
 */
final class DatabaseErrors {

    /** SQLSTATEs of text that is not UTF-8, or that jsonb cannot hold. */
    private static final Set<String> UNSTORABLE = Set.of("22021", "22P05");

    /** The first characters of SQLSTATEs for a broken connection or a server that shuts down. */
    private static final Set<String> AWAY = Set.of("08", "57P");

    private DatabaseErrors() {}

    /** Returns whether the database does not answer or cannot be reached. */
    static boolean isAway(Throwable error) {
        return error instanceof CannotCreateTransactionException
                || error instanceof DataAccessResourceFailureException
                || error instanceof TransientDataAccessException
                || explain(error).filter(answer -> answer.status() == 503).isPresent();
    }

    /**
     * Returns the error for the client. Returns an empty result if the database did not cause the exception, or if
     * only a defect of the service can cause it.
     */
    static Optional<ApiException> explain(Throwable error) {
        Throwable cause = error;
        while (cause != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        if (!(cause instanceof SQLException refusal)) {
            return Optional.empty();
        }
        String state = refusal.getSQLState();
        // PostgreSQL always gives a state. The connection pool gives no state after it had to close the connection.
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
