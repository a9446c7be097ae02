package io.attune.job.event;

import io.attune.api.Ids;
import io.attune.job.ValidationReport;
import java.util.Map;

/**
 * An event to write. Its id is created here. A write that is repeated after a lost answer of the database therefore
 * stores the event only once.
 *
 * @param data the event's {@code data}, a JSON object; or null
 */
public record NewEvent(String id, String level, String type, String message, Object data) {

    public static NewEvent info(String message) {
        return new NewEvent(Ids.event(), "info", "message", message, null);
    }

    public static NewEvent info(String message, Map<String, ?> data) {
        return new NewEvent(Ids.event(), "info", "message", message, data);
    }

    public static NewEvent info(String message, ValidationReport report) {
        return new NewEvent(Ids.event(), "info", "message", message, report);
    }

    public static NewEvent warning(String message) {
        return new NewEvent(Ids.event(), "warn", "message", message, null);
    }

    public static NewEvent warning(String message, Map<String, ?> data) {
        return new NewEvent(Ids.event(), "warn", "message", message, data);
    }

    public static NewEvent error(String message) {
        return new NewEvent(Ids.event(), "error", "message", message, null);
    }

    public static NewEvent metrics(String message, Map<String, ?> data) {
        return new NewEvent(Ids.event(), "info", "metrics", message, data);
    }
}
