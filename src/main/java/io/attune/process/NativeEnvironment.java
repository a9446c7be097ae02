package io.attune.process;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The environment of a process with native code. The process inherits only the allowed variables, so it sees no
 * password and no key.
 */
final class NativeEnvironment {

    private static final Set<String> ALLOWED = Set.of(
            "PATH",
            "LANG",
            "LC_ALL",
            "TZ",
            "LD_LIBRARY_PATH",
            "CUDA_VISIBLE_DEVICES",
            "NVIDIA_VISIBLE_DEVICES",
            "OMP_NUM_THREADS");

    private static final String ALLOWED_PREFIX = "PYTORCH_";

    /**
     * Variables that native libraries read when a process starts. The script {@code attune} sets the same variables
     * for {@code train}, because a JVM cannot set them for itself. {@code LauncherTest} compares both.
     */
    static final Map<String, String> LIBRARIES = Map.of(
            // By default glibc keeps memory that native threads free. One arena and fixed thresholds return a
            // quarter of the memory.
            "MALLOC_ARENA_MAX",
            "1",
            "MALLOC_MMAP_THRESHOLD_",
            "1048576",
            "MALLOC_TRIM_THRESHOLD_",
            "16777216",
            // OpenMP threads must not spin while they wait: the service and its database need the cores
            "OMP_WAIT_POLICY",
            "PASSIVE",
            // DJL must not send usage reports
            "OPT_OUT_TRACKING",
            "true",
            // use the CPU library of the tokenizers
            "RUST_FLAVOR",
            "cpu");

    private NativeEnvironment() {}

    /**
     * Makes the environment.
     *
     * @param inherited the environment of this process
     * @param home working folder of the process
     * @param libraries the folder where DJL unpacks native libraries
     */
    static Map<String, String> of(Map<String, String> inherited, Path home, Path libraries, DeviceName device) {
        Map<String, String> environment = new LinkedHashMap<>();
        inherited.forEach((name, value) -> {
            if (ALLOWED.contains(name) || name.startsWith(ALLOWED_PREFIX)) {
                environment.put(name, value);
            }
        });
        environment.putAll(device.environment());
        environment.putAll(LIBRARIES);
        environment.put("HOME", home.toString());
        environment.put("DJL_CACHE_DIR", libraries.toString());
        environment.put("ATTUNE_MESSAGES", NativeCommand.MESSAGES);
        return environment;
    }
}
