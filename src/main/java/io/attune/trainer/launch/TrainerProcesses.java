package io.attune.trainer.launch;

import io.attune.process.DeviceName;
import io.attune.process.JavaProgram;
import io.attune.process.LogFile;
import io.attune.process.MemoryLimit;
import io.attune.process.NativeCommand;
import io.attune.process.NativeProcess;
import io.attune.trainer.message.TrainerJson;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Function;

/** Starts trainers as processes on this machine. */
public final class TrainerProcesses implements TrainerLauncher {

    private static final String MAIN = "io.attune.trainer.TrainerMain";

    private final NativeCommand command;
    private final Preparation preparation;
    private final Function<Path, NativeProcess.Printed> printed;

    /** Runs before a trainer starts. */
    public interface Preparation {
        void run() throws IOException, InterruptedException;
    }

    /** Writes the output of trainers to {@link TrainerLauncher#LOG}. */
    public TrainerProcesses(NativeCommand command, Preparation preparation) {
        this(command, preparation, folder -> new LogFile(folder.resolve(LOG)));
    }

    /** @param printed makes the receiver of the output of a trainer that works in the given folder */
    public TrainerProcesses(
            NativeCommand command, Preparation preparation, Function<Path, NativeProcess.Printed> printed) {
        this.command = command;
        this.preparation = preparation;
        this.printed = printed;
    }

    /**
     * The trainer's program.
     *
     * @param options options for its JVM
     */
    public static JavaProgram program(String... options) {
        return JavaProgram.ofThisOne(MAIN, options);
    }

    @Override
    public TrainerProcess start(
            Path workFolder, String name, TrainerSpec specification, String slot, OptionalLong estimate)
            throws IOException, InterruptedException {
        preparation.run();
        DeviceName device = new DeviceName(slot);
        MemoryLimit limit = limit(device, estimate);
        Path file = workFolder.resolve(name + ".json");
        Files.writeString(file, TrainerJson.of(specification));
        TrainerMessages messages = new TrainerMessages(limit);
        NativeProcess process = NativeProcess.start(
                command.builder(workFolder, device, limit, file.toString()), messages, printed.apply(workFolder));
        return new TrainerProcess(process, messages);
    }

    private MemoryLimit limit(DeviceName device, OptionalLong estimate) {
        if (estimate.isEmpty()) {
            return MemoryLimit.ofText(command.heap());
        }
        return device.isGpu() ? MemoryLimit.NONE : MemoryLimit.ofEstimate(estimate.getAsLong(), command.heap());
    }
}
