package io.attune.notify;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What one process tells the others over the database: words with spaces between them, the first one the sender.
 *
 * @param sender the process that tells, so that it can pass over its own notices
 * @param words {@link #JOBS}, {@link #REQUESTS}, {@link #ALL_EVENTS}, and ids of jobs with new events
 */
record Notice(String sender, Set<String> words) {

    /** PostgreSQL's channel. */
    static final String CHANNEL = "attune";

    /** Jobs may have become claimable. */
    static final String JOBS = "jobs";

    /** Something is asked of claimed jobs. */
    static final String REQUESTS = "requests";

    /** So many jobs have new events that they are not named. */
    static final String ALL_EVENTS = "events";

    /** A payload of PostgreSQL has less than 8000 bytes; an id has about 30. */
    private static final int MOST_WORDS = 200;

    static Notice read(String payload) {
        Set<String> words = new LinkedHashSet<>(Arrays.asList(payload.split(" ")));
        String sender = words.iterator().next();
        words.remove(sender);
        return new Notice(sender, words);
    }

    String payload() {
        if (words.size() <= MOST_WORDS) {
            return sender + " " + String.join(" ", words);
        }
        Set<String> few = new LinkedHashSet<>(words);
        few.retainAll(Set.of(JOBS, REQUESTS));
        few.add(ALL_EVENTS);
        return new Notice(sender, few).payload();
    }
}
