package io.attune.trainer.launch;

import io.attune.disk.Disks;
import io.attune.disk.Trees;
import io.attune.process.DeviceName;
import io.attune.process.NativeCommand;
import io.attune.process.WorkFolders;
import io.attune.trainer.launch.RunningTrainer.Heard;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/**
 * Runs short trainer calls outside the queue. Each trainer works in its own folder, on the CPU, with a time limit.
 * After its answer, the trainer and its folder are gone. Any process may have an instance, but only one instance
 * may use a folder.
 */
public final class TrainerCalls {

    private final TrainerLauncher launcher;
    private final WorkFolders folders;

    /** Writes the input of the trainer to its folder, and makes the specification. */
    public interface Preparation {
        TrainerSpec in(Path folder) throws IOException;
    }

    /**
     * Kills the processes that a dead service left in the folder, and deletes their folders.
     *
     * @param command starts trainers
     * @param root folder of the work folders
     * @param disks the disks, including the disk of {@code root}
     */
    public TrainerCalls(NativeCommand command, Path root, Disks disks) throws IOException {
        this(new TrainerProcesses(command, () -> {}), new WorkFolders(root, disks));
        folders.sweepLeftovers();
    }

    TrainerCalls(TrainerLauncher launcher, WorkFolders folders) {
        this.launcher = launcher;
        this.folders = folders;
    }

    /**
     * Runs a trainer and returns its last message.
     *
     * @throws TimeoutException if there was no last message within {@code limit}; the trainer is then dead
     * @throws TrainerDiedException if the trainer ended without a last message
     */
    public TrainerMessage call(Preparation preparation, Duration limit)
            throws IOException, InterruptedException, TimeoutException, TrainerDiedException {
        long end = System.nanoTime() + limit.toNanos();
        Path folder = folders.create(UUID.randomUUID().toString());
        try (RunningTrainer trainer =
                launcher.start(folder, "spec", preparation.in(folder), DeviceName.CPU.text(), OptionalLong.empty())) {
            while (true) {
                Heard heard = trainer.next(Duration.ofNanos(end - System.nanoTime()));
                if (heard == null) {
                    throw new TimeoutException("no answer within " + limit.toSeconds() + " s");
                } else if (heard instanceof Heard.End ended) {
                    return ended.lastMessage();
                } else if (heard instanceof Heard.Message said && said.message().last()) {
                    return said.message();
                }
            }
        } finally {
            Trees.delete(folder);
        }
    }
}
