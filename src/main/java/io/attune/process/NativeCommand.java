package io.attune.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes the command line and the environment of a program with native code.
 *
 * @param libraries the folder where DJL unpacks native libraries
 * @param seclusion hides the rest of the machine from the process
 */
public record NativeCommand(JavaProgram program, HeapSize heap, Path libraries, Seclusion seclusion) {

    /** The file in the work folder to which the JVM writes the reason of a crash. */
    static final String ERROR_REPORT = "hs_err.log";

    /** The path that a process opens to send messages: file descriptor 3. */
    static final String MESSAGES = "/dev/fd/3";

    /**
     * Connects file descriptor 3 to the pipe for messages, and standard output to standard error. A process may
     * open 4096 files and writes no core dump. When the memory of the machine is full, the kernel ends this process
     * before the service and its database.
     */
    private static final String SHELL = "ulimit -n 4096 2>/dev/null; ulimit -c 0 2>/dev/null;"
            + " { echo 500 >/proc/self/oom_score_adj; } 2>/dev/null; exec \"$0\" \"$@\" 3>&1 1>&2";

    /**
     * Makes the command.
     *
     * @param folder working folder of the process
     * @param limit memory limit of the process
     * @param arguments arguments of the program
     */
    public ProcessBuilder builder(Path folder, DeviceName device, MemoryLimit limit, String... arguments) {
        List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", limit.shell() + SHELL));
        line.addAll(seclusion.around(java(folder, arguments)));
        ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        Map<String, String> allowed = NativeEnvironment.of(Map.copyOf(environment), folder, libraries, device);
        environment.clear();
        environment.putAll(allowed);
        return builder;
    }

    private List<String> java(Path folder, String... arguments) {
        List<String> line = new ArrayList<>(List.of("nice", "-n", "5"));
        line.addAll(program.withOptions(
                        // By default the heap starts as a share of the machine's memory, and is collected only when
                        // this share is full.
                        "-Xms24m", "-Xmn16m", "-XX:ErrorFile=" + folder.resolve(ERROR_REPORT))
                .line(heap, arguments));
        return line;
    }
}
