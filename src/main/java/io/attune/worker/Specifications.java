package io.attune.worker;

import io.attune.catalog.BaseModel;
import io.attune.job.FineTuningJob;
import io.attune.job.Hyperparameters;
import io.attune.job.JobSettings;
import io.attune.job.TrainingType;
import io.attune.storage.BlobStore;
import io.attune.trainer.message.TrainerSpec;
import java.nio.file.Path;

/** From a job to what its trainer is told. */
final class Specifications {

    private static final int SAMPLE_PROMPTS = 3;

    private final BlobStore blobs;

    Specifications(BlobStore blobs) {
        this.blobs = blobs;
    }

    /** Needs no device: it goes on beside a training. */
    TrainerSpec.Validate validate(FineTuningJob job, JobSettings settings, BaseModel model) {
        return new TrainerSpec.Validate(model.folder(), "cpu", 1, data(job, settings));
    }

    /** @param resume a saved state to go on from, or null */
    TrainerSpec.Train train(
            FineTuningJob job,
            JobSettings settings,
            BaseModel model,
            String device,
            int threads,
            Path output,
            Path resume) {
        return new TrainerSpec.Train(
                model.folder(),
                device,
                threads,
                data(job, settings),
                method(settings.trainingType()),
                hyperparameters(settings.hyperparameters()),
                job.seed(),
                output,
                model.publicName(),
                job.trainingBlob(),
                SAMPLE_PROMPTS,
                null,
                resume);
    }

    /** Loads what {@code trained} has made, on the same device and rows. */
    TrainerSpec.Verify verify(TrainerSpec.Train trained, Path artifact) {
        return new TrainerSpec.Verify(trained.model(), trained.device(), trained.threads(), trained.data(), artifact);
    }

    private TrainerSpec.Data data(FineTuningJob job, JobSettings settings) {
        return new TrainerSpec.Data(
                blobs.path(job.trainingBlob()),
                job.validationBlob() == null ? null : blobs.path(job.validationBlob()),
                settings.hyperparameters().maxLength(),
                settings.hyperparameters().overlongRows());
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
