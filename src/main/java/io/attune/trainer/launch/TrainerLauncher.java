package io.attune.trainer.launch;

import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Starts trainers. */
public interface TrainerLauncher {

    /** The file in the work folder with the output of trainers. */
    String LOG = "trainer.log";

    /**
     * Starts a trainer in a work folder.
     *
     * @param name name of the specification's file, without extension; several trainers may work in one folder, one
     *     after the other
     * @param slot device of the trainer: {@code cpu}, {@code cpu:N} or {@code cuda:N}
     * @param estimate estimated memory on the CPU, in bytes; empty if the trainer loads no weights
     * @throws io.attune.disk.NoSpaceException if the disk has too little free space for a trainer
     */
    RunningTrainer start(Path workFolder, String name, TrainerSpec specification, String slot, OptionalLong estimate)
            throws IOException, InterruptedException;
}
