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

/** From a job to what its trainer is told. */
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
     * Needs no device: it goes on beside a training.
     *
     * @param folder of the attempt: the rows are there as long as it is
     */
    TrainerSpec.Validate validate(ClaimedJob job, TrainingSettings settings, BaseModel model, Path folder)
            throws IOException {
        return new TrainerSpec.Validate(model.folder(), "cpu", 1, data(job, folder), settings.hyperparameters());
    }

    /**
     * @param output in the folder of the attempt: the rows are there as long as that is
     * @param resume a saved state to go on from, or null
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

    /** Loads what {@code trained} has made, on the same device and rows, with as many tokens at once. */
    TrainerSpec.Verify verify(TrainerSpec.Train trained, Path artifact) {
        return new TrainerSpec.Verify(
                trained.model(),
                trained.device(),
                trained.threads(),
                trained.data(),
                trained.hyperparameters(),
                artifact);
    }

    /** What a training takes on the CPU by its estimate, and its verification at most; without one, what its slot has. */
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
