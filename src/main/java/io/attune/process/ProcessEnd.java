package io.attune.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The end of a process. */
public record ProcessEnd(int exitCode, Cause cause) {

    /** The cause of the end, as far as it can be seen from outside. */
    public enum Cause {
        /** The Java heap was full. */
        HEAP_FULL,
        /** The machine or the container had no free memory. */
        MACHINE_MEMORY,
        /** Native code asked for more memory than the {@link MemoryLimit} allows. */
        MEMORY_LIMIT,
        /** Only the exit code is known. */
        UNKNOWN
    }

    /** The JVM's exit code for a full heap ({@code -XX:+ExitOnOutOfMemoryError}). */
    private static final int HEAP_FULL = 3;

    /** A shell adds this to the number of the signal that has ended a process. */
    private static final int SIGNALLED = 128;

    private static final int KILLED = SIGNALLED + 9;
    private static final int ABORTED = SIGNALLED + 6;

    /** The reason is in the first lines of the JVM's error report, at most this many. */
    private static final int LINES_OF_REASON = 20;

    /**
     * Finds the cause of an end.
     *
     * @param before the kernel's count at the start of the process
     * @param folder working folder of the process
     * @param allocationFailed whether the process printed that an allocation failed
     */
    static ProcessEnd of(int exitCode, OomKills before, Path folder, boolean allocationFailed) {
        return new ProcessEnd(exitCode, cause(exitCode, before, folder, allocationFailed));
    }

    private static Cause cause(int exitCode, OomKills before, Path folder, boolean allocationFailed) {
        if (exitCode == HEAP_FULL) {
            return Cause.HEAP_FULL;
        }
        if (exitCode == KILLED && before.happenedSince() || reportsNoMemory(folder)) {
            return Cause.MACHINE_MEMORY;
        }
        return exitCode == ABORTED && allocationFailed ? Cause.MEMORY_LIMIT : Cause.UNKNOWN;
    }

    private static boolean reportsNoMemory(Path folder) {
        Path report = folder.resolve(NativeCommand.ERROR_REPORT);
        try (Stream<String> lines = Files.lines(report, StandardCharsets.ISO_8859_1)) {
            return lines.limit(LINES_OF_REASON)
                    .anyMatch(line -> line.contains("insufficient memory for the Java Runtime"));
        } catch (IOException e) {
            return false; // most processes leave no report
        }
    }

    /** A sentence with the exit code or the signal. */
    public String sentence() {
        return exitCode > SIGNALLED
                ? "It was killed by signal " + (exitCode - SIGNALLED) + "."
                : "It ended with exit code " + exitCode + ".";
    }
}
