package io.attune.disk;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides whether a full disk caused a failure. The full disk may be reported by Attune, by the operating system or
 * by the database, and other exceptions may wrap the report.
 */
public final class WantOfSpace {

    /** The SQL state that PostgreSQL reports for a full disk, in every language. */
    private static final String DISK_FULL = "53100";

    /** The limit for the chain of causes, as causes can form a circle. */
    private static final int DEEPEST = 50;

    private WantOfSpace() {}

    /** Whether a full disk, or a used-up quota, caused the problem. */
    public static boolean isCauseOf(Throwable problem) {
        return chain(problem).anyMatch(WantOfSpace::isSaidBy);
    }

    /** Whether a full disk of the database caused the problem. */
    public static boolean isOfTheDatabase(Throwable problem) {
        return chain(problem).anyMatch(WantOfSpace::isSaidByTheDatabase);
    }

    /**
     * The message of the {@link NoSpaceException} that caused the problem. Empty if the operating system or the
     * database reported the full disk.
     */
    public static Optional<String> sentence(Throwable problem) {
        return chain(problem)
                .filter(NoSpaceException.class::isInstance)
                .map(Throwable::getMessage)
                .findFirst();
    }

    /** Whether a text, such as a program's log, holds the operating system's message for a full disk. */
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
