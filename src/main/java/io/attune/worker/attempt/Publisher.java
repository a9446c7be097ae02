package io.attune.worker.attempt;

import io.attune.job.attempt.AttemptEnd;
import io.attune.job.attempt.AttemptFailure;
import io.attune.job.attempt.AttemptReport;
import io.attune.job.event.NewEvent;
import io.attune.storage.Blob;
import io.attune.trainer.launch.RunningTrainer;
import io.attune.trainer.launch.TrainerDiedException;
import io.attune.trainer.launch.TrainerLauncher;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import io.attune.worker.lease.ArtifactZip;
import io.attune.worker.lease.AttemptFailureException;
import io.attune.worker.lease.Diagnosis;
import io.attune.worker.lease.LeasedAttempt;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/**
 * Publishes an artifact. Before that, a fresh process loads the artifact like any other user, and has to reproduce
 * the loss of the trainer.
 */
@Component
final class Publisher {

    private static final double CPU_TOLERANCE = 1e-4;
    private static final double GPU_TOLERANCE = 1e-2;

    private final TrainerLauncher launcher;
    private final Specifications specifications;

    Publisher(TrainerLauncher launcher, Specifications specifications) {
        this.launcher = launcher;
        this.specifications = specifications;
    }

    /**
     * Verifies the artifact, and ends the attempt as succeeded.
     *
     * @param artifact the model folder that {@code finished} names
     * @throws AttemptFailureException such as {@code verification_failed}
     */
    void publish(OpenAttempt open, TrainerSpec.Train trained, TrainerMessage.Finished finished, Path artifact)
            throws Exception {
        LeasedAttempt held = open.held();
        ArtifactZip.sync(artifact);
        held.record(new AttemptReport.Events(
                List.of(NewEvent.info("Verifying the tuned model: a fresh process loads it"))));
        compare(trained.device(), finished.referenceLoss(), verify(open, trained, artifact));
        Double validLoss = trained.data().validation() == null ? null : finished.referenceLoss();
        Blob results = held.store(ResultsCsv.of(held.metrics(), validLoss));
        Blob zip = held.store(artifact);
        held.end(new AttemptEnd.Succeeded(finished.steps(), finished.trainedTokens(), zip, results));
    }

    private TrainerMessage verify(OpenAttempt open, TrainerSpec.Train trained, Path artifact) throws Exception {
        TrainerSpec.Verify specification = specifications.verify(trained, artifact);
        try (RunningTrainer trainer =
                launcher.start(open.folder(), "verify", specification, open.slot(), specifications.memory(open))) {
            return open.supervision().follow(trainer, Supervision.OnPause.FINISH, message -> {});
        }
    }

    private static void compare(String device, double trainersLoss, TrainerMessage last)
            throws AttemptFailureException, TrainerDiedException {
        if (last instanceof TrainerMessage.Failed failed) {
            throw new AttemptFailureException(unverified(failed));
        }
        if (!(last instanceof TrainerMessage.Verified verified)) {
            throw new TrainerDiedException("It said something that is no end of a verification.");
        }
        double tolerance = device.equals("cpu") ? CPU_TOLERANCE : GPU_TOLERANCE;
        double difference = Math.abs(verified.referenceLoss() - trainersLoss);
        if (!(difference <= tolerance * Math.abs(trainersLoss))) {
            throw new AttemptFailureException(new AttemptFailure.Fatal(
                    "verification_failed",
                    String.format(
                            Locale.ROOT,
                            "The tuned model has a loss of %.6f on the reference rows when a fresh process loads it; the trainer had %.6f.",
                            verified.referenceLoss(),
                            trainersLoss)));
        }
    }

    /** A wrong artifact makes the job fail. After a problem of the surroundings, the job is tried again. */
    private static AttemptFailure unverified(TrainerMessage.Failed failed) {
        AttemptFailure said = Diagnosis.said(failed);
        if (said instanceof AttemptFailure.Fatal) {
            return new AttemptFailure.Fatal(
                    "verification_failed", "A fresh process could not load the tuned model: " + failed.problem());
        }
        // Verification needs less memory than the training. Smaller micro-batches would therefore not help.
        return said instanceof AttemptFailure.OutOfMemory memory ? new AttemptFailure.Crash(memory.sentence()) : said;
    }
}
