package io.attune.trainer.launch;

import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Starts trainers. */
public interface TrainerLauncher {

    /** The file in the work folder that has what trainers printed. */
    String LOG = "trainer.log";

    /**
     * Starts a trainer in a work folder.
     *
     * @param name of the specification's file, without ending: several trainers may work in one folder, one after the
     *     other
     * @param slot the device that the trainer computes on: {@code cpu}, {@code cpu:N} or {@code cuda:N}
     * @param estimate of the memory that it takes on the CPU, in bytes; empty if it loads no weights
     * @throws io.attune.disk.NoSpaceException if the disk has no room for what a trainer needs
     */
    RunningTrainer start(Path workFolder, String name, TrainerSpec specification, String slot, OptionalLong estimate)
            throws IOException, InterruptedException;
}
