package io.attune.worker.device;

import io.attune.estimate.Kind;
import io.attune.pool.Device;
import io.attune.process.DeviceName;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.util.unit.DataSize;

/** The devices for training. Each device has one slot. */
public record Devices(List<Device> all) {

    private static final String SETTING = "ATTUNE_DEVICES";

    /** Memory of the service outside its Java heap, in bytes. Includes its PostgreSQL, if it runs one. */
    private static final long OUTSIDE_THE_HEAP = 512L << 20;

    /**
     * Reads the devices from a setting.
     *
     * @param setting {@code auto} (the GPUs, else the CPU), or names separated by commas
     * @param cpuMemory configured memory of a CPU slot; null: the CPU slots share the memory that the service
     *     leaves
     * @param serviceHeap maximum size of the service's Java heap, in bytes
     * @throws IllegalArgumentException that says what is wrong with the setting
     */
    static Devices of(String setting, DataSize cpuMemory, Gpus gpus, MachineMemory machine, long serviceHeap) {
        List<String> names = setting.isBlank() || setting.equals("auto") ? found(gpus) : named(setting);
        long cpus = names.stream().filter(name -> !new DeviceName(name).isGpu()).count();
        long share = cpus == 0 ? 0 : cpuMemory != null ? cpuMemory.toBytes() : share(machine, serviceHeap, cpus);
        return new Devices(names.stream().map(name -> device(name, share, gpus)).toList());
    }

    private static List<String> found(Gpus gpus) {
        return gpus.memory().isEmpty()
                ? List.of("cpu")
                : gpus.memory().keySet().stream().map(gpu -> "cuda:" + gpu).toList();
    }

    private static List<String> named(String setting) {
        List<String> names =
                Arrays.stream(setting.split(",")).map(String::strip).distinct().toList();
        for (String name : names) {
            if (!name.matches("cpu(:\\d{1,3})?|cuda:\\d{1,3}")) {
                throw new IllegalArgumentException(SETTING
                        + " must be 'auto' or a list of 'cpu', 'cpu:N' (several slots on the CPU) and 'cuda:N', not '"
                        + setting + "'");
            }
        }
        return names;
    }

    private static long share(MachineMemory machine, long serviceHeap, long cpus) {
        OptionalLong memory = machine.bytes();
        if (memory.isEmpty()) {
            throw new IllegalArgumentException(
                    "this system does not say how much memory it has: set ATTUNE_CPU_MEMORY to what one slot on the CPU may take,"
                            + " such as 8GB");
        }
        long share = (memory.getAsLong() - serviceHeap - OUTSIDE_THE_HEAP) / cpus;
        if (share <= 0) {
            throw new IllegalArgumentException(
                    "of " + DataSize.ofBytes(memory.getAsLong()).toMegabytes()
                            + " MB of memory nothing is left for trainers beside the service, whose heap may take "
                            + DataSize.ofBytes(serviceHeap).toMegabytes()
                            + " MB: give it more memory or less heap, or set ATTUNE_CPU_MEMORY to what one slot on the CPU may take");
        }
        return share;
    }

    private static Device device(String name, long cpuMemory, Gpus gpus) {
        if (!new DeviceName(name).isGpu()) {
            return new Device(name, Kind.CPU, cpuMemory);
        }
        Long memory = gpus.memory().get(Integer.parseInt(name.substring("cuda:".length())));
        if (memory == null) {
            throw new IllegalArgumentException(SETTING + " names '" + name + "', but nvidia-smi lists "
                    + (gpus.memory().isEmpty() ? "no GPU" : "only " + String.join(", ", found(gpus))));
        }
        return new Device(name, Kind.CUDA, memory);
    }

    public List<String> names() {
        return all.stream().map(Device::name).toList();
    }

    /** Bytes that a trainer may use in a slot. */
    public long memory(String slot) {
        return all.stream()
                .filter(device -> device.name().equals(slot))
                .findFirst()
                .orElseThrow()
                .memory();
    }

    /** Number of arithmetic threads of one trainer, for the case that all slots are busy. */
    public int threads() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / all.size());
    }
}
