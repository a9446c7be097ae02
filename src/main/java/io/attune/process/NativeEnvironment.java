package io.attune.process;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The environment of a process with native code. It inherits only the variables that are allowed here, so it sees no
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
     * What native libraries read when a process starts. The script {@code attune} sets the same for {@code train},
     * since a JVM cannot set it for itself; {@code LauncherTest} compares both.
     */
    static final Map<String, String> LIBRARIES = Map.of(
            // glibc keeps what native threads free: one arena and fixed thresholds return a quarter of the memory
            "MALLOC_ARENA_MAX",
            "1",
            "MALLOC_MMAP_THRESHOLD_",
            "1048576",
            "MALLOC_TRIM_THRESHOLD_",
            "16777216",
            // OpenMP's threads must not spin while they wait: the service and its database need the cores
            "OMP_WAIT_POLICY",
            "PASSIVE",
            // DJL must not report its use
            "OPT_OUT_TRACKING",
            "true",
            // the tokenizers' library for the CPU
            "RUST_FLAVOR",
            "cpu");

    private NativeEnvironment() {}

    /**
     * @param inherited the environment of this process
     * @param home the folder that the process works in
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
