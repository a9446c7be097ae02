package io.attune.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a program with native code is started: its command line and its environment.
 *
 * @param libraries the folder where DJL unpacks native libraries
 * @param seclusion from the rest of the machine
 */
public record NativeCommand(JavaProgram program, HeapSize heap, Path libraries, Seclusion seclusion) {

    /** The file in the work folder where the JVM writes why it crashed. */
    static final String ERROR_REPORT = "hs_err.log";

    /** The path that a process opens to send messages: descriptor 3. */
    static final String MESSAGES = "/dev/fd/3";

    /**
     * Descriptor 3 becomes the pipe of messages. Everything that is printed goes to standard error. A process may open
     * 4096 files and leaves no core dump. When the machine's memory is used up, the kernel ends this process before
     * the service and its database.
     */
    private static final String SHELL = "ulimit -n 4096 2>/dev/null; ulimit -c 0 2>/dev/null;"
            + " { echo 500 >/proc/self/oom_score_adj; } 2>/dev/null; exec \"$0\" \"$@\" 3>&1 1>&2";

    /**
     * @param folder the process works in it
     * @param limit of the process's memory
     * @param arguments of the program
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
                        // a heap that begins as a share of the machine's memory grows to that share before it is
                        // collected
                        "-Xms24m", "-Xmn16m", "-XX:ErrorFile=" + folder.resolve(ERROR_REPORT))
                .line(heap, arguments));
        return line;
    }
}
