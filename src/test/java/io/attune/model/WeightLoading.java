package io.attune.model;

import ai.djl.pytorch.engine.PtNDArray;
import io.attune.format.Safetensors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how fast the weights of a model folder are loaded, and the peak memory of loading; benchmarks/weights
 * runs it on Linux. Prints a line per round: seconds, GB of the file per second (of wall time, and of processor
 * time), MiB of the tensors, and the peak growth of the process's resident memory in MiB.
 */
final class WeightLoading {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private WeightLoading() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try (Torch torch = Torch.start("cpu", 1)) {
            for (int round = 1; round <= Integer.parseInt(args[1]); round++) {
                measure(torch, folder, round);
            }
        }
    }

    private static void measure(Torch torch, Path folder, int round) throws IOException {
        System.gc();
        Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // resets the peak
        long before = kib("VmRSS");
        long began = System.nanoTime();
        long beganCpu = THREADS.getCurrentThreadCpuTime();
        long fileBytes = 0;
        List<PtNDArray> tensors = new ArrayList<>();
        try (Safetensors file = Safetensors.open(folder)) {
            WeightFile weights = new WeightFile(torch, file);
            for (String name : file.names()) {
                tensors.add(weights.read(name, false, file.shape(name)));
                fileBytes += file.bytes(name);
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpuSeconds = (THREADS.getCurrentThreadCpuTime() - beganCpu) / 1e9;
        long stays = 4
                * tensors.stream().mapToLong(tensor -> tensor.getShape().size()).sum();
        double peak = (kib("VmHWM") - before) * 1024.0;
        System.out.printf(
                "| %s | %d | %.2f | %.2f | %.2f | %d | %.0f | %.2f |%n",
                folder.getFileName(),
                round,
                seconds,
                fileBytes / seconds / 1e9,
                fileBytes / cpuSeconds / 1e9,
                stays >> 20,
                peak / (1 << 20),
                peak / stays);
        tensors.forEach(PtNDArray::close);
    }

    private static long kib(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
