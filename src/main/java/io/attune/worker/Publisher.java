package io.attune.worker;

import io.attune.job.Attempt;
import io.attune.job.AttemptEnd;
import io.attune.job.AttemptJournal;
import io.attune.job.Failure;
import io.attune.job.NewEvent;
import io.attune.job.Publication;
import io.attune.storage.Blob;
import io.attune.storage.BlobStore;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Shows an artifact to the world, after a fresh process has loaded it as a stranger would and computed the trainer's loss with it. */
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
     * Ends the attempt: succeeded, or failed with {@code verification_failed}.
     *
     * @param artifact the model folder that {@code finished} names
     */
    void publish(
            Attempt attempt,
            TrainerSpec.Train trained,
            TrainerMessage.Finished finished,
            Path artifact,
            Path workFolder,
            Supervision supervision,
            LeaseKeeper lease)
            throws Exception {
        ArtifactZip.sync(artifact);
        List<NewEvent> news = List.of(NewEvent.info("Verifying the tuned model: a fresh process loads it"));
        lease.persist(() -> journal.events(attempt, news));
        TrainerMessage last = verify(trained, artifact, workFolder, supervision);
        Failure failure = compare(trained.device(), finished.referenceLoss(), last);
        if (failure != null) {
            lease.persistEnd(() -> end.failed(attempt, failure));
            return;
        }
        Double validLoss = trained.data().validation() == null ? null : finished.referenceLoss();
        String csv = ResultsCsv.of(lease.persist(() -> journal.metricsOf(attempt)), validLoss);
        Blob results = lease.persist(() -> blobs.put(new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8))));
        Blob zip = lease.persist(() -> ArtifactZip.put(artifact, blobs));
        Publication publication = new Publication(finished.steps(), finished.trainedTokens(), zip, results);
        lease.persistEnd(() -> end.succeeded(attempt, publication));
    }

    private TrainerMessage verify(TrainerSpec.Train trained, Path artifact, Path workFolder, Supervision supervision)
            throws Exception {
        try (TrainerProcess process = launcher.start(workFolder, "verify", specifications.verify(trained, artifact))) {
            return supervision.follow(process, Supervision.OnPause.FINISH, message -> {});
        }
    }

    private static Failure compare(String device, double trainersLoss, TrainerMessage last)
            throws TrainerDiedException {
        if (last instanceof TrainerMessage.Failed failed) {
            return new Failure(
                    "verification_failed", "A fresh process could not load the tuned model: " + failed.problem());
        }
        if (!(last instanceof TrainerMessage.Verified verified)) {
            throw new TrainerDiedException("It said something that is no end of a verification.");
        }
        double tolerance = device.equals("cpu") ? CPU_TOLERANCE : GPU_TOLERANCE;
        double difference = Math.abs(verified.referenceLoss() - trainersLoss);
        if (difference <= tolerance * Math.abs(trainersLoss)) {
            return null;
        }
        return new Failure(
                "verification_failed",
                String.format(
                        Locale.ROOT,
                        "The tuned model has a loss of %.6f on the reference rows when a fresh process loads it; the trainer had %.6f.",
                        verified.referenceLoss(),
                        trainersLoss));
    }
}
