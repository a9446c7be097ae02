package io.attune.webhook;

import io.attune.job.JobEnded;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The events that endpoints can receive. */
enum EventType {
    SUCCEEDED,
    FAILED,
    CANCELLED;

    static final List<String> ALL = Arrays.stream(values()).map(EventType::text).toList();

    static EventType of(JobEnded end) {
        return valueOf(end.status().name());
    }

    /** Returns the name in JSON and SQL. */
    String text() {
        return "fine_tuning.job." + name().toLowerCase(Locale.ROOT);
    }
}
