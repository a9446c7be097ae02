package io.attune.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The devices to train on, one slot each: {@code cpu} or {@code cuda:N}. */
record Devices(List<String> names) {

    private static final Logger log = LoggerFactory.getLogger(Devices.class);

    /** @param setting {@code auto} (what nvidia-smi lists, else the CPU) or names with commas between them */
    static Devices of(String setting) {
        if (setting.isBlank() || setting.equals("auto")) {
            int gpus = countGpus();
            return new Devices(
                    gpus == 0
                            ? List.of("cpu")
                            : IntStream.range(0, gpus)
                                    .mapToObj(gpu -> "cuda:" + gpu)
                                    .toList());
        }
        List<String> names =
                Arrays.stream(setting.split(",")).map(String::strip).distinct().toList();
        for (String name : names) {
            if (!name.matches("cpu|cuda:\\d{1,3}")) {
                throw new IllegalArgumentException(
                        "ATTUNE_DEVICES must be 'auto' or a list of 'cpu' and 'cuda:N', not '" + setting + "'");
            }
        }
        return new Devices(names);
    }

    /** Threads for the arithmetic of one trainer, when all slots are busy. */
    int threads() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / names.size());
    }

    private static int countGpus() {
        try {
            Process listing = new ProcessBuilder("nvidia-smi", "-L")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            listing.getOutputStream().close();
            String gpus = new String(listing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!listing.waitFor(20, TimeUnit.SECONDS)) {
                listing.destroyForcibly();
                return 0;
            }
            return listing.exitValue() == 0
                    ? (int) gpus.lines().filter(line -> line.startsWith("GPU ")).count()
                    : 0;
        } catch (IOException e) {
            log.debug("no nvidia-smi: {}", e.getMessage());
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
