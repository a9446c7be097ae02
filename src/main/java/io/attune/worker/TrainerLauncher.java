package io.attune.worker;

import io.attune.estimate.Kind;
import io.attune.pool.Device;
import io.attune.trainer.message.TrainerSpec;
import io.attune.trainer.process.MemoryLimit;
import io.attune.trainer.process.TrainerCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** Starts trainer processes. */
final class TrainerLauncher {

    private final TrainerCommand command;
    private final Preparation preparation;
    private final JsonMapper json = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(Path.class, new ToStringSerializer(Path.class)))
            .build();

    /** What has to be there before a trainer starts. */
    interface Preparation {
        void run() throws IOException, InterruptedException;
    }

    TrainerLauncher(TrainerCommand command) {
        this(command, () -> {});
    }

    TrainerLauncher(TrainerCommand command, Preparation preparation) {
        this.command = command;
        this.preparation = preparation;
    }

    /** What {@link #start} writes into the specification's file. */
    String json(TrainerSpec specification) {
        return json.writeValueAsString(specification);
    }

    /**
     * Starts a trainer in a work folder.
     *
     * @param name of the specification's file, without ending: several processes may work in one folder, one after the other
     * @param slot where it works
     * @param estimate of the memory that it takes on the CPU, in bytes; empty where it loads no weights
     */
    TrainerProcess start(Path workFolder, String name, TrainerSpec specification, String slot, OptionalLong estimate)
            throws IOException, InterruptedException {
        preparation.run();
        MemoryLimit limit = limit(slot, estimate);
        Path file = workFolder.resolve(name + ".json");
        Files.writeString(file, json(specification));
        ProcessBuilder builder = new ProcessBuilder(command.line(file, limit)).directory(workFolder.toFile());
        Map<String, String> environment = builder.environment();
        Map<String, String> allowed = command.environment(Map.copyOf(environment), workFolder, slot);
        environment.clear();
        environment.putAll(allowed);
        OomKills before = OomKills.ofThisGroup();
        Process process = builder.start();
        try {
            ProcessMark.of(process.toHandle()).write(workFolder);
        } catch (IOException e) {
            process.destroyForcibly(); // nobody would watch it
            throw e;
        }
        return new TrainerProcess(process, workFolder, before, limit);
    }

    private MemoryLimit limit(String slot, OptionalLong estimate) {
        if (estimate.isEmpty()) {
            return command.limitOfText();
        }
        return Device.kindOf(slot) == Kind.CPU ? command.limitOf(estimate.getAsLong()) : MemoryLimit.NONE;
    }
}
