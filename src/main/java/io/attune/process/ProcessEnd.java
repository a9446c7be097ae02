package io.attune.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How a process ended. */
public record ProcessEnd(int exitCode, Cause cause) {

    /** Why a process ended, as far as it can be told from outside. */
    public enum Cause {
        /** The Java heap was full. */
        HEAP_FULL,
        /** The machine, or the container, had no more memory. */
        MACHINE_MEMORY,
        /** Native code asked for more than the {@link MemoryLimit} and was refused. */
        MEMORY_LIMIT,
        /** Nothing but the exit code is known. */
        UNKNOWN
    }

    /** The JVM's exit code for a full heap ({@code -XX:+ExitOnOutOfMemoryError}). */
    private static final int HEAP_FULL = 3;

    /** A shell adds this to the number of the signal that ended a process. */
    private static final int SIGNALLED = 128;

    private static final int KILLED = SIGNALLED + 9;
    private static final int ABORTED = SIGNALLED + 6;

    /** Where in the JVM's error report the reason stands, in lines. */
    private static final int LINES_OF_REASON = 20;

    /**
     * @param before the kernel's count when the process started
     * @param folder the process worked in it
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
