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
 * Asks trainers one thing each, outside the queue. Each trainer works in a folder of its own, on the CPU, within a
 * limit of time. Nothing of it is left when it has answered. Any process may have one of these, but only one for each
 * folder.
 */
public final class TrainerCalls {

    private final TrainerLauncher launcher;
    private final WorkFolders folders;

    /** Writes what the trainer reads into its folder, and makes the specification. */
    public interface Preparation {
        TrainerSpec in(Path folder) throws IOException;
    }

    /**
     * Ends at once what a dead service left in the folder.
     *
     * @param command how trainers are started
     * @param root of the work folders
     * @param disks with the one that {@code root} lies on
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
     * The last message of a trainer.
     *
     * @throws TimeoutException if there was none within {@code limit}; the trainer is dead then
     * @throws TrainerDiedException if it ended without one
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
