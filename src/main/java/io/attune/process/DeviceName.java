package io.attune.process;

import java.util.Map;

/**
 * The device of a process.
 *
 * @param text {@code cpu}, {@code cpu:N} or {@code cuda:N}
 */
public record DeviceName(String text) {

    public static final DeviceName CPU = new DeviceName("cpu");

    private static final String GPU = "cuda:";

    public boolean isGpu() {
        return text.startsWith(GPU);
    }

    /** The name that the process itself uses. The process sees only its own GPU, as the first GPU. */
    public String inside() {
        return isGpu() ? GPU + 0 : CPU.text;
    }

    /** The environment variables that hide all other GPUs from the process. */
    Map<String, String> environment() {
        return isGpu()
                ? Map.of(
                        "CUDA_VISIBLE_DEVICES",
                        text.substring(GPU.length()),
                        "CUDA_DEVICE_ORDER",
                        "PCI_BUS_ID") // use the order of nvidia-smi
                : Map.of();
    }
}
