package io.attune.notify;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A notice from one process to the others over the database. As text: the sender and then the words, with spaces
 * between them.
 *
 * @param sender the sending process; it ignores its own notices
 * @param words {@link #JOBS}, {@link #REQUESTS}, {@link #ALL_EVENTS}, and ids of jobs with new events
 */
record Notice(String sender, Set<String> words) {

    /** Name of the channel in PostgreSQL. */
    static final String CHANNEL = "attune";

    /** Jobs may have become claimable. */
    static final String JOBS = "jobs";

    /** The stop request of a claimed job has changed. */
    static final String REQUESTS = "requests";

    /** Too many jobs have new events to name them. */
    static final String ALL_EVENTS = "events";

    /** A payload in PostgreSQL has less than 8000 bytes; an id has about 30. */
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
