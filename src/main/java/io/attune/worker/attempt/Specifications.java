package io.attune.worker.attempt;

import io.attune.catalog.BaseModel;
import io.attune.job.attempt.ClaimedJob;
import io.attune.process.DeviceName;
import io.attune.setting.TrainingSettings;
import io.attune.storage.BlobStore;
import io.attune.trainer.message.TrainerSpec;
import io.attune.worker.device.Devices;
import io.attune.worker.lease.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** Makes the specification of a trainer from a job. */
@Component
final class Specifications {

    private static final int SAMPLE_PROMPTS = 3;

    private final BlobStore blobs;
    private final Devices devices;
    private final WorkerSettings worker;

    Specifications(BlobStore blobs, Devices devices, WorkerSettings worker) {
        this.blobs = blobs;
        this.devices = devices;
        this.worker = worker;
    }

    /**
     * The specification of a validation. It uses the CPU, so it can run beside a training.
     *
     * @param folder work folder of the attempt; the rows stay as long as the folder
     */
    TrainerSpec.Validate validate(ClaimedJob job, TrainingSettings settings, BaseModel model, Path folder)
            throws IOException {
        return new TrainerSpec.Validate(model.folder(), "cpu", 1, data(job, folder), settings.hyperparameters());
    }

    /**
     * The specification of a training.
     *
     * @param output folder inside the work folder of the attempt; the rows stay as long as the work folder
     * @param resume folder of a saved state to continue from, or null
     */
    TrainerSpec.Train train(OpenAttempt open, Path output, Path resume) throws IOException {
        ClaimedJob job = open.job();
        return new TrainerSpec.Train(
                open.model().folder(),
                new DeviceName(open.slot()).inside(),
                devices.threads(),
                data(job, open.folder()),
                job.settings(),
                job.seed(),
                TrainerSpec.Start.FRESH.resumed(resume),
                new TrainerSpec.Results(
                        output,
                        open.model().publicName(),
                        job.training().sha256(),
                        SAMPLE_PROMPTS,
                        worker.resumeInterval().toMillis() / 1000.0));
    }

    /**
     * The specification of a verification: loads the artifact of {@code trained}, with the same device, rows and
     * micro-batch tokens.
     */
    TrainerSpec.Verify verify(TrainerSpec.Train trained, Path artifact) {
        return new TrainerSpec.Verify(
                trained.model(),
                trained.device(),
                trained.threads(),
                trained.data(),
                trained.hyperparameters(),
                artifact);
    }

    /**
     * Bytes that a training needs on the CPU, as estimated. Its verification needs no more. Without an estimate,
     * the memory of the slot.
     */
    OptionalLong memory(OpenAttempt open) {
        Long estimate = open.job().cpuMemory();
        return OptionalLong.of(estimate == null ? devices.memory(open.slot()) : estimate);
    }

    private TrainerSpec.Data data(ClaimedJob job, Path folder) throws IOException {
        return new TrainerSpec.Data(
                blobs.local(job.training().sha256(), folder),
                job.validation() == null ? null : blobs.local(job.validation().sha256(), folder),
                new TrainerSpec.ChatSettings(
                        job.chat().templateKwargs(),
                        LocalDateTime.ofInstant(job.chat().renderedAt(), ZoneOffset.UTC)));
    }
}
