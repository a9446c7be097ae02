package io.attune.trainer.process;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The command line and the environment of a trainer process. What is not allowed here does not get in: a trainer sees
 * no password and no key.
 *
 * @param javaHome the Java to run it with
 * @param classPath absolute
 * @param mainClass the trainer's
 * @param heap as after {@code -Xmx}
 * @param djl folder for DJL's native libraries
 * @param options further ones of the JVM
 * @param seclusion from the rest of the machine
 */
public record TrainerCommand(
        Path javaHome,
        String classPath,
        String mainClass,
        String heap,
        Path djl,
        List<String> options,
        Seclusion seclusion) {

    private static final Set<String> ALLOWED = Set.of(
            "PATH",
            "LANG",
            "LC_ALL",
            "TZ",
            "LD_LIBRARY_PATH",
            "CUDA_VISIBLE_DEVICES",
            "NVIDIA_VISIBLE_DEVICES",
            "OMP_NUM_THREADS");
    /**
     * glibc keeps what native threads free: one arena and a fixed threshold give a quarter of a trainer's memory
     * back.
     */
    private static final Map<String, String> NATIVE_MEMORY =
            Map.of("MALLOC_ARENA_MAX", "1", "MALLOC_MMAP_THRESHOLD_", "1048576", "MALLOC_TRIM_THRESHOLD_", "16777216");

    /** What the JVM writes beside the specification when it meets its end. */
    public static final String ERROR_REPORT = "hs_err.log";

    /** How the JVM ends when its heap is full. */
    public static final int HEAP_FULL = 3;

    /** How a process ends that SIGKILL has ended. */
    public static final int KILLED = 128 + 9;

    /** How a process ends that calls {@code abort}. */
    public static final int ABORTED = 128 + 6;

    /** What Rust's runtime, in which tokenizers are written, prints before it aborts a process for want of memory. */
    private static final Pattern ALLOCATION_FAILED = Pattern.compile("memory allocation of \\d+ bytes failed");

    private static final Pattern HEAP = Pattern.compile("(\\d{1,9})([kKmMgGtT]?)");
    private static final String GPU = "cuda:";
    private static final String ALLOWED_PREFIX = "PYTORCH_";

    /**
     * Messages leave on descriptor 3; what anything prints goes the way of errors, into the log. Where memory runs
     * short the kernel is to end a trainer, not the service or its database.
     */
    private static final String SHELL = "ulimit -n 4096 2>/dev/null; ulimit -c 0 2>/dev/null;"
            + " { echo 500 >/proc/self/oom_score_adj; } 2>/dev/null; exec \"$0\" \"$@\" 3>&1 1>&2";

    /**
     * A trainer of this program: same Java, same class path.
     *
     * @throws IllegalArgumentException if {@code heap} is no size
     */
    public static TrainerCommand ofThisProgram(String heap, Path djl, Seclusion seclusion, String... options) {
        return new TrainerCommand(
                Path.of(System.getProperty("java.home")),
                absolute(System.getProperty("java.class.path")),
                "io.attune.trainer.TrainerMain",
                heap,
                djl,
                List.of(options),
                seclusion);
    }

    public TrainerCommand {
        if (!HEAP.matcher(heap).matches()) {
            throw new IllegalArgumentException(
                    "ATTUNE_TRAINER_HEAP must be the size of a Java heap, such as 1g or 800m, not '" + heap + "'");
        }
    }

    /** For a process that loads a tokenizer and a chat template, but no weights. */
    public MemoryLimit limitOfText() {
        return MemoryLimit.ofText(heapBytes());
    }

    /** @param estimate of all memory that the process takes on the CPU, in bytes */
    public MemoryLimit limitOf(long estimate) {
        return MemoryLimit.ofEstimate(estimate, heapBytes());
    }

    private long heapBytes() {
        Matcher size = HEAP.matcher(heap);
        if (!size.matches()) {
            throw new IllegalStateException(heap);
        }
        int power =
                " kmgt".indexOf(size.group(2).isEmpty() ? " " : size.group(2).toLowerCase(Locale.ROOT));
        return Long.parseLong(size.group(1)) << 10 * power;
    }

    /**
     * Whether a line that a trainer has printed says that its tokenizer was refused memory, and aborted the process.
     */
    public static boolean isFailedAllocation(String printed) {
        return ALLOCATION_FAILED.matcher(printed).find();
    }

    public List<String> line(Path specification, MemoryLimit limit) {
        List<String> java = new ArrayList<>(List.of("nice", "-n", "5"));
        java.add(javaHome.resolve("bin").resolve("java").toString());
        java.addAll(List.of(
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                // a heap that begins as a share of the machine's memory would fill that before it collects anything
                "-Xms24m",
                "-Xmn16m",
                // a full heap that native code meets would abort the process, which then could not say why
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ErrorFile=" + specification.resolveSibling(ERROR_REPORT),
                "-Dai.djl.offline=true"));
        java.addAll(options);
        java.addAll(List.of("-cp", classPath, mainClass, specification.toString()));
        List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", limit.shell() + SHELL));
        line.addAll(seclusion.around(java));
        return line;
    }

    /** What a trainer in this slot is told to work on: it sees its own GPU alone, as the first. */
    public static String device(String slot) {
        return slot.startsWith(GPU) ? GPU + 0 : "cpu";
    }

    /**
     * @param inherited the environment of this process
     * @param slot where the trainer works
     */
    public Map<String, String> environment(Map<String, String> inherited, Path workFolder, String slot) {
        Map<String, String> environment = new LinkedHashMap<>();
        inherited.forEach((name, value) -> {
            if (ALLOWED.contains(name) || name.startsWith(ALLOWED_PREFIX)) {
                environment.put(name, value);
            }
        });
        if (slot.startsWith(GPU)) {
            environment.put("CUDA_VISIBLE_DEVICES", slot.substring(GPU.length()));
            environment.put("CUDA_DEVICE_ORDER", "PCI_BUS_ID"); // as nvidia-smi counts them
        }
        environment.put("HOME", workFolder.toString());
        environment.put("DJL_CACHE_DIR", djl.toString());
        environment.put("OPT_OUT_TRACKING", "true");
        environment.put("RUST_FLAVOR", "cpu");
        environment.put("ATTUNE_MESSAGES", "/dev/fd/3");
        environment.putAll(NATIVE_MEMORY);
        // beside a service and its database, threads that spin while they wait take the cores from those that work
        environment.put("OMP_WAIT_POLICY", "PASSIVE");
        return environment;
    }

    /** The trainer works in another folder, so relative parts would be lost. */
    private static String absolute(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator))
                .filter(part -> !part.isEmpty())
                .map(part -> Path.of(part).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
