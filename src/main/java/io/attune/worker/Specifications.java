package io.attune.worker;

import io.attune.catalog.BaseModel;
import io.attune.job.FineTuningJob;
import io.attune.job.Hyperparameters;
import io.attune.job.JobSettings;
import io.attune.job.TrainingType;
import io.attune.process.DeviceName;
import io.attune.storage.BlobStore;
import io.attune.trainer.message.TrainerSpec;
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
    TrainerSpec.Validate validate(FineTuningJob job, JobSettings settings, BaseModel model, Path folder)
            throws IOException {
        return new TrainerSpec.Validate(model.folder(), "cpu", 1, data(job, settings, folder));
    }

    /**
     * @param output in the folder of the attempt: the rows are there as long as that is
     * @param resume a saved state to go on from, or null
     */
    TrainerSpec.Train train(OpenAttempt open, Path output, Path resume) throws IOException {
        FineTuningJob job = open.job();
        JobSettings settings = job.resolved();
        return new TrainerSpec.Train(
                open.model().folder(),
                new DeviceName(open.slot()).inside(),
                devices.threads(),
                data(job, settings, open.folder()),
                method(settings.trainingType()),
                hyperparameters(settings.hyperparameters()),
                job.seed(),
                output,
                open.model().publicName(),
                job.trainingBlob(),
                SAMPLE_PROMPTS,
                null,
                resume,
                worker.resumeInterval().toMillis() / 1000.0);
    }

    /** Loads what {@code trained} has made, on the same device and rows. */
    TrainerSpec.Verify verify(TrainerSpec.Train trained, Path artifact) {
        return new TrainerSpec.Verify(trained.model(), trained.device(), trained.threads(), trained.data(), artifact);
    }

    /** What a training takes on the CPU by its estimate, and its verification at most; without one, what its slot has. */
    OptionalLong memory(OpenAttempt open) {
        Long estimate = open.job().cpuMemory();
        return OptionalLong.of(estimate == null ? devices.memory(open.slot()) : estimate);
    }

    private TrainerSpec.Data data(FineTuningJob job, JobSettings settings, Path folder) throws IOException {
        return new TrainerSpec.Data(
                blobs.local(job.trainingBlob(), folder),
                job.validationBlob() == null ? null : blobs.local(job.validationBlob(), folder),
                settings.hyperparameters().maxLength(),
                settings.hyperparameters().overlongRows(),
                new TrainerSpec.ChatSettings(
                        job.chatTemplateKwargs(), LocalDateTime.ofInstant(job.renderedAt(), ZoneOffset.UTC)));
    }

    private static TrainerSpec.Method method(TrainingType type) {
        return type.lora()
                ? new TrainerSpec.Method.Lora(type.r(), type.loraAlpha(), type.loraDropout(), type.targetModules())
                : new TrainerSpec.Method.Full(false);
    }

    private static TrainerSpec.Hyperparameters hyperparameters(Hyperparameters resolved) {
        return new TrainerSpec.Hyperparameters(
                resolved.nEpochs(),
                resolved.batchSize(),
                orZero(resolved.maxSteps()),
                resolved.learningRate(),
                resolved.warmupRatio(),
                resolved.lrSchedulerType(),
                resolved.weightDecay(),
                resolved.maxGradNorm(),
                resolved.adamBeta1(),
                resolved.adamBeta2(),
                resolved.adamEpsilon(),
                resolved.microBatchTokens(),
                orZero(resolved.evalSteps()),
                orZero(resolved.checkpointSteps()));
    }

    private static int orZero(Integer steps) {
        return steps == null ? 0 : steps;
    }
}
