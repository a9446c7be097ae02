package io.attune.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The number of processes that the kernel has ended because memory was full. Counts in this process's control group
 * if the system has such groups, else on the whole machine.
 *
 * @param source a file of lines, each with a name and a number
 * @param count 0 if the system does not report it
 */
record OomKills(Path source, long count) {

    private static final String NAME = "oom_kill ";

    /** The current count. */
    static OomKills ofThisGroup() {
        Path events = Path.of("/sys/fs/cgroup", group(), "memory.events");
        return of(Files.isReadable(events) ? events : Path.of("/proc/vmstat"));
    }

    static OomKills of(Path source) {
        return new OomKills(source, read(source));
    }

    /** Whether the count has grown since. */
    boolean happenedSince() {
        return read(source) > count;
    }

    private static long read(Path source) {
        try {
            return Files.readAllLines(source).stream()
                    .filter(line -> line.startsWith(NAME))
                    .mapToLong(
                            line -> Long.parseLong(line.substring(NAME.length()).strip()))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** The path of this process's control group of version 2, without the first slash. */
    private static String group() {
        try {
            return Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                    .filter(line -> line.startsWith("0::/"))
                    .map(line -> line.substring("0::/".length()))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
