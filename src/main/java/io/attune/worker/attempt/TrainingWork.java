package io.attune.worker.attempt;

import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.AttemptReport;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import io.attune.trainer.launch.RunningTrainer;
import io.attune.trainer.launch.TrainerDiedException;
import io.attune.trainer.launch.TrainerLauncher;
import io.attune.trainer.message.TrainerJson;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import io.attune.worker.lease.AttemptFailureException;
import io.attune.worker.lease.Diagnosis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Runs a training, from the newest saved state if there is one, and publishes its result. */
@Component
final class TrainingWork implements AttemptWork {

    private static final Logger log = LoggerFactory.getLogger(TrainingWork.class);

    private final BlobStore blobs;
    private final Specifications specifications;
    private final TrainerLauncher launcher;
    private final Publisher publisher;
    private final Clock clock;

    TrainingWork(
            BlobStore blobs,
            Specifications specifications,
            TrainerLauncher launcher,
            Publisher publisher,
            Clock clock) {
        this.blobs = blobs;
        this.specifications = specifications;
        this.launcher = launcher;
        this.publisher = publisher;
        this.clock = clock;
    }

    @Override
    public void run(OpenAttempt open) throws Exception {
        Path output = Files.createDirectory(open.folder().resolve("output"));
        SavedState saved = new SavedState(open.held(), open.states(), blobs);
        boolean begun = false;
        while (!begun) {
            Path resume = saved.unpack(open.folder().resolve("resume"));
            try {
                train(open, output, saved, resume);
                begun = true;
            } catch (StateRefusedException e) {
                log.warn("{}: a saved state was refused: {}", open.held().name(), e.getMessage());
            }
        }
    }

    /** @param resume folder of a saved state to continue from, or null */
    private void train(OpenAttempt open, Path output, SavedState saved, Path resume) throws Exception {
        TrainerSpec.Train specification = specifications.train(open, output, resume);
        open.held().record(new AttemptReport.Specification(TrainerJson.of(specification)));
        TrainerMessage last;
        TrainingListener listener;
        Blob state = null;
        try (RunningTrainer trainer =
                        launcher.start(open.folder(), "spec", specification, open.slot(), specifications.memory(open));
                StateKeeper keeper = saved.keeper(trainer::taken)) {
            listener = new TrainingListener(open, output, saved, keeper, clock);
            last = open.supervision().follow(trainer, Supervision.OnPause.SAVE, listener);
            listener.write();
            if (last instanceof TrainerMessage.Stopped stopped) {
                Path folder = stopped.folder() == null ? null : listener.inOutput(stopped.folder());
                state = keeper.last(stopped.step(), folder);
            }
        }
        end(open, specification, listener, last, state);
    }

    private void end(
            OpenAttempt open,
            TrainerSpec.Train specification,
            TrainingListener listener,
            TrainerMessage last,
            Blob state)
            throws Exception {
        if (last instanceof TrainerMessage.Finished finished) {
            open.held().record(new AttemptReport.PeakMemory(finished.peakMemoryBytes()));
            publisher.publish(open, specification, finished, listener.inOutput(finished.folder()));
        } else if (last instanceof TrainerMessage.Failed failed) {
            throw new AttemptFailureException(Diagnosis.said(failed));
        } else if (last instanceof TrainerMessage.Stopped stopped) {
            open.held()
                    .end(
                            open.supervision().askedForPause()
                                    ? new AttemptEnd.Stopped(stopped.step(), state)
                                    : new AttemptEnd.Released(stopped.step(), state));
        } else {
            throw new TrainerDiedException("It said something that is no end of a training.");
        }
    }
}
