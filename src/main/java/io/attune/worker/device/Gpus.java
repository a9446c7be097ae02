package io.attune.worker.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The NVIDIA GPUs of this machine.
 *
 * @param memory bytes that a trainer may use, by the GPU's number in nvidia-smi
 */
record Gpus(Map<Integer, Long> memory) {

    private static final Logger log = LoggerFactory.getLogger(Gpus.class);
    private static final Pattern LINE = Pattern.compile("\\s*(\\d+)\\s*,\\s*(\\d+)\\s*");

    /** Memory of each GPU that the driver and the desktop use, and that allocators cannot fill, in bytes. */
    private static final long RESERVE = 512L << 20;

    /** The GPUs that nvidia-smi lists; none if there is no nvidia-smi. */
    static Gpus find() {
        try {
            Process listing = new ProcessBuilder(
                            "nvidia-smi", "--query-gpu=index,memory.total", "--format=csv,noheader,nounits")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            listing.getOutputStream().close();
            String lines = new String(listing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!listing.waitFor(20, TimeUnit.SECONDS)) {
                listing.destroyForcibly();
                return new Gpus(Map.of());
            }
            return listing.exitValue() == 0 ? parse(lines) : new Gpus(Map.of());
        } catch (IOException e) {
            log.debug("no nvidia-smi: {}", e.getMessage());
            return new Gpus(Map.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Gpus(Map.of());
        }
    }

    /** @param lines a number and MiB per line; a GPU without a memory size is left out */
    static Gpus parse(String lines) {
        Map<Integer, Long> memory = new TreeMap<>();
        lines.lines().forEach(line -> {
            Matcher gpu = LINE.matcher(line);
            long free = gpu.matches() ? (Long.parseLong(gpu.group(2)) << 20) - RESERVE : 0;
            if (free > 0) {
                memory.put(Integer.parseInt(gpu.group(1)), free);
            } else {
                log.warn("left out a GPU that nvidia-smi lists as \"{}\": its memory is not known or too small", line);
            }
        });
        return new Gpus(memory);
    }
}
