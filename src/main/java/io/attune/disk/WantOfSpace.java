package io.attune.disk;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;

/** The one place that tells whether something failed since a disk is full, whoever says so and whatever it is wrapped in. */
public final class WantOfSpace {

    /** PostgreSQL's state for a full disk, whatever the language of its messages. */
    private static final String DISK_FULL = "53100";

    /** Causes may point at each other in a circle. */
    private static final int DEEPEST = 50;

    private WantOfSpace() {}

    /** Whether the problem, or what has caused it, is a full disk or a user's share of it that is used up. */
    public static boolean isCauseOf(Throwable problem) {
        return chain(problem).anyMatch(WantOfSpace::isSaidBy);
    }

    /** Whether the problem, or what has caused it, is that the database's disk is full. */
    public static boolean isOfTheDatabase(Throwable problem) {
        return chain(problem).anyMatch(WantOfSpace::isSaidByTheDatabase);
    }

    /** The sentence of the {@link NoSpaceException} behind the problem, which names the folder; empty where the system said it. */
    public static Optional<String> sentence(Throwable problem) {
        return chain(problem)
                .filter(NoSpaceException.class::isInstance)
                .map(Throwable::getMessage)
                .findFirst();
    }

    /** Whether the text, as of a program's log, tells of a full disk in the system's own words. */
    public static boolean isToldBy(String text) {
        return text.contains("No space left on device") || text.contains("Disk quota exceeded");
    }

    private static Stream<Throwable> chain(Throwable problem) {
        return Stream.iterate(problem, cause -> cause != null, Throwable::getCause)
                .limit(DEEPEST);
    }

    private static boolean isSaidBy(Throwable problem) {
        return problem instanceof NoSpaceException
                || problem instanceof IOException && isToldBy(String.valueOf(problem.getMessage()))
                || isSaidByTheDatabase(problem);
    }

    private static boolean isSaidByTheDatabase(Throwable problem) {
        return problem instanceof SQLException refusal && DISK_FULL.equals(refusal.getSQLState());
    }
}
