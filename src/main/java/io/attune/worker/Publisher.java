package io.attune.worker;

import io.attune.job.event.NewEvent;
import io.attune.job.queue.AttemptEnd;
import io.attune.job.queue.AttemptFailure;
import io.attune.job.queue.AttemptJournal;
import io.attune.job.queue.Publication;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import io.attune.trainer.launch.RunningTrainer;
import io.attune.trainer.launch.TrainerDiedException;
import io.attune.trainer.launch.TrainerLauncher;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Shows an artifact to the world, after a fresh process has loaded it as a stranger would and computed the trainer's loss with it. */
@Component
final class Publisher {

    private static final double CPU_TOLERANCE = 1e-4;
    private static final double GPU_TOLERANCE = 1e-2;

    private final TrainerLauncher launcher;
    private final Specifications specifications;
    private final BlobStore blobs;
    private final AttemptJournal journal;
    private final AttemptEnd end;

    Publisher(
            TrainerLauncher launcher,
            Specifications specifications,
            BlobStore blobs,
            AttemptJournal journal,
            AttemptEnd end) {
        this.launcher = launcher;
        this.specifications = specifications;
        this.blobs = blobs;
        this.journal = journal;
        this.end = end;
    }

    /**
     * Ends the attempt: succeeded.
     *
     * @param artifact the model folder that {@code finished} names
     * @throws AttemptFailureException such as {@code verification_failed}
     */
    void publish(OpenAttempt open, TrainerSpec.Train trained, TrainerMessage.Finished finished, Path artifact)
            throws Exception {
        LeaseKeeper lease = open.lease();
        ArtifactZip.sync(artifact);
        List<NewEvent> news = List.of(NewEvent.info("Verifying the tuned model: a fresh process loads it"));
        lease.persist(() -> journal.events(open.attempt(), news));
        compare(trained.device(), finished.referenceLoss(), verify(open, trained, artifact));
        Double validLoss = trained.data().validation() == null ? null : finished.referenceLoss();
        String csv = ResultsCsv.of(lease.persist(() -> journal.metricsOf(open.attempt())), validLoss);
        Blob results = lease.persist(() -> blobs.put(new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8))));
        Blob zip = lease.persist(() -> ArtifactZip.put(artifact, blobs));
        Publication publication = new Publication(finished.steps(), finished.trainedTokens(), zip, results);
        lease.persistEnd(() -> end.succeeded(open.attempt(), publication));
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

    /** What is wrong with the artifact is the job's fault; what is wrong around it may pass. */
    private static AttemptFailure unverified(TrainerMessage.Failed failed) {
        AttemptFailure said = Diagnosis.said(failed);
        if (said instanceof AttemptFailure.Fatal) {
            return new AttemptFailure.Fatal(
                    "verification_failed", "A fresh process could not load the tuned model: " + failed.problem());
        }
        // it needs less memory than the training had, whose micro-batches are not to blame
        return said instanceof AttemptFailure.OutOfMemory memory ? new AttemptFailure.Crash(memory.sentence()) : said;
    }
}
