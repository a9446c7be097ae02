package io.attune.worker;

import io.attune.disk.Disks;
import io.attune.disk.Trees;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import io.attune.trainer.process.TrainerCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/**
 * Trainer processes that are asked one thing and answer it, beside the attempts of the queue: each in a folder of its
 * own, on the CPU, within a time. Nothing of one is left when it has answered. Needs no worker: any process may have
 * one of these, and of each folder one.
 */
public final class TrainerCalls {

    private static final String CPU = "cpu";

    private final TrainerLauncher launcher;
    private final WorkFolders folders;

    /** Makes the specification, in whose folder lies what the trainer reads. */
    public interface Preparation {
        TrainerSpec in(Path folder) throws IOException;
    }

    /**
     * Ends at once what a process that is dead left in the folder.
     *
     * @param command how trainers are started
     * @param root of the work folders
     * @param disks of which {@code root} lies on one
     */
    public TrainerCalls(TrainerCommand command, Path root, Disks disks) throws IOException {
        this(new TrainerLauncher(command), new WorkFolders(root, disks));
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
        try (TrainerProcess trainer =
                launcher.start(folder, "spec", preparation.in(folder), CPU, OptionalLong.empty())) {
            while (true) {
                TrainerProcess.Heard heard = trainer.next(Duration.ofNanos(end - System.nanoTime()));
                if (heard == null) {
                    throw new TimeoutException("no answer within " + limit.toSeconds() + " s");
                } else if (heard instanceof TrainerProcess.Heard.End ended) {
                    return trainer.lastWord(ended);
                } else if (((TrainerProcess.Heard.Message) heard).message().last()) {
                    return ((TrainerProcess.Heard.Message) heard).message();
                }
            }
        } finally {
            Trees.delete(folder);
        }
    }
}
