package io.attune.worker.device;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** The settings for the slots of a worker: their number and their devices. */
@Component
public class SlotSettings {

    private final String devices;
    private final String cpuMemory;
    private final String validations;

    SlotSettings(
            @Value("${attune.devices}") String devices,
            @Value("${attune.cpu-memory:}") String cpuMemory,
            @Value("${attune.validations:}") String validations) {
        this.devices = devices;
        this.cpuMemory = cpuMemory;
        this.validations = validations;
    }

    /** Finds the devices of this machine. */
    public Devices devices() {
        return Devices.of(
                devices,
                cpuMemory(),
                Gpus.find(),
                MachineMemory.ofThisMachine(),
                Runtime.getRuntime().maxMemory());
    }

    private DataSize cpuMemory() {
        if (cpuMemory.isBlank()) {
            return null;
        }
        DataSize size;
        try {
            size = DataSize.parse(cpuMemory);
        } catch (IllegalArgumentException e) {
            throw wrongCpuMemory();
        }
        if (size.toBytes() <= 0) {
            throw wrongCpuMemory();
        }
        return size;
    }

    private IllegalArgumentException wrongCpuMemory() {
        return new IllegalArgumentException(
                "ATTUNE_CPU_MEMORY must be what one slot on the CPU may take, such as 8GB or 500MB, not '" + cpuMemory
                        + "'");
    }

    /**
     * Number of validations at a time. Each validation uses a processor, so the default leaves half of the
     * processors free.
     */
    public int validations() {
        if (validations.isBlank()) {
            return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        }
        if (!validations.matches("[1-9]\\d{0,3}")) {
            throw new IllegalArgumentException(
                    "ATTUNE_VALIDATIONS must be the number of jobs whose files are validated at a time, not '"
                            + validations + "'");
        }
        return Integer.parseInt(validations);
    }
}
