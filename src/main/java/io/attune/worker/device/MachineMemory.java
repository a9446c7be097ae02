package io.attune.worker.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The memory that this process and its children may use together: the memory of the machine, or the lower limit of
 * a control group (a container or a systemd service).
 *
 * @param root root folder of the file system
 */
record MachineMemory(Path root) {

    static MachineMemory ofThisMachine() {
        return new MachineMemory(Path.of("/"));
    }

    /** Bytes; empty if the system does not report them. */
    OptionalLong bytes() {
        return LongStream.concat(total(), limits()).min();
    }

    private LongStream total() {
        return lines("proc/meminfo")
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10);
    }

    /**
     * The limits of the control groups of this process. {@code /proc/self/cgroup} has one line
     * {@code number:controllers:path} for each hierarchy. Version 2 is the line without controllers. In a
     * container, the path may be the path on the host, while the group itself is mounted as the root. Therefore
     * every group from the path upwards counts.
     */
    private LongStream limits() {
        return lines("proc/self/cgroup")
                .map(line -> line.split(":", 3))
                .filter(parts -> parts.length == 3)
                .flatMapToLong(parts -> limits(parts[1], parts[2]));
    }

    private LongStream limits(String controllers, String group) {
        if (controllers.isEmpty()) {
            return Stream.of("sys/fs/cgroup", "sys/fs/cgroup/unified")
                    .flatMapToLong(mount -> upwards(mount, group, "memory.max"));
        }
        return List.of(controllers.split(",")).contains("memory")
                ? upwards("sys/fs/cgroup/memory", group, "memory.limit_in_bytes")
                : LongStream.empty();
    }

    private LongStream upwards(String mount, String group, String file) {
        Path top = root.resolve(mount).normalize();
        Path start = top.resolve(group.replaceFirst("^/+", "")).normalize();
        return Stream.iterate(start, folder -> folder != null && folder.startsWith(top), Path::getParent)
                .flatMap(folder -> lines(folder.resolve(file)))
                .filter(line -> line.matches("\\d{1,18}")) // "max", and the huge number of version 1, mean no limit
                .mapToLong(Long::parseLong);
    }

    private Stream<String> lines(String file) {
        return lines(root.resolve(file));
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readAllLines(file).stream() : Stream.empty();
        } catch (IOException e) {
            return Stream.empty(); // an unreadable file, such as a file only for root, gives no limit
        }
    }
}
