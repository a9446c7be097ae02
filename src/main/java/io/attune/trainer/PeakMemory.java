package io.attune.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The peak of this process's own memory. Pages of library files do not count: trainers share them, and the kernel
 * drops them when it needs memory. How many of these pages are mapped (80 to 180 MiB) depends on earlier reads.
 */
final class PeakMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private PeakMemory() {}

    /** Returns Linux' VmHWM minus RssFile, in bytes; 0 on systems without /proc. */
    static long bytes() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            List<String> lines = Files.readAllLines(STATUS);
            return Math.max(0, bytes(lines, "VmHWM:") - bytes(lines, "RssFile:"));
        } catch (IOException e) {
            return 0;
        }
    }

    private static long bytes(List<String> lines, String field) {
        return lines.stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
