package io.attune.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The properties by which libtorch and its libraries (oneDNN, MKL, cpuinfo) choose their kernels.
 *
 * @param model such as {@code GenuineIntel 6/143}; the libraries know the caches of some models
 * @param instructionSet the relevant extensions, sorted, and environment variables that restrict them
 */
record Processor(String model, String instructionSet) {

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    /** The relevant extensions of x86-64 and aarch64. */
    private static final Pattern DECIDES =
            Pattern.compile("sse4_[12]|avx.*|amx.*|fma|f16c|asimd.*|fphp|fcma|sve.*|sme.*|i8mm|bf16|atomics");

    private static final List<String> RESTRICTIONS = List.of(
            "ATEN_CPU_CAPABILITY",
            "DNNL_MAX_CPU_ISA",
            "ONEDNN_MAX_CPU_ISA",
            "ONEDNN_DEFAULT_FPMATH_MODE",
            "MKL_CBWR",
            "MKL_ENABLE_INSTRUCTIONS");

    /** Returns the properties of this machine, as far as its system reports them. */
    static Processor here() {
        try {
            List<String> cpuinfo = Files.isReadable(CPUINFO) ? Files.readAllLines(CPUINFO) : List.of();
            return of(System.getProperty("os.arch"), cpuinfo, System.getenv());
        } catch (IOException e) {
            return of(System.getProperty("os.arch"), List.of(), System.getenv());
        }
    }

    /** @param cpuinfo lines of Linux' /proc/cpuinfo; empty on other systems */
    static Processor of(String architecture, List<String> cpuinfo, Map<String, String> environment) {
        Map<String, String> first = new LinkedHashMap<>(); // of the first core
        for (String line : cpuinfo) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                first.putIfAbsent(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        String maker = first.getOrDefault("vendor_id", first.getOrDefault("CPU implementer", architecture));
        String model = first.containsKey("CPU part")
                ? maker + " " + first.get("CPU part")
                : maker + " " + first.getOrDefault("cpu family", "?") + "/" + first.getOrDefault("model", "?");
        String flags = first.getOrDefault("flags", first.getOrDefault("Features", ""));
        Stream<String> extensions = Arrays.stream(flags.split(" "))
                .filter(flag -> DECIDES.matcher(flag).matches())
                .sorted();
        Stream<String> restrictions =
                RESTRICTIONS.stream().filter(environment::containsKey).map(name -> name + "=" + environment.get(name));
        return new Processor(
                model,
                Stream.of(Stream.of(architecture), extensions, restrictions)
                        .flatMap(part -> part)
                        .collect(Collectors.joining(" ")));
    }
}
