package io.attune.worker.attempt;

import io.attune.architecture.Role;
import io.attune.catalog.BaseModel;
import io.attune.dataset.RowSizes;
import io.attune.estimate.ModelShape;
import io.attune.estimate.Training;
import io.attune.estimate.Tuning;
import io.attune.format.ModelConfig;
import io.attune.format.Safetensors;
import io.attune.job.Hyperparameters;
import io.attune.job.JobSettings;
import io.attune.job.TrainingType;
import io.attune.trainer.message.TrainerMessage;

/** From a validated job to what the memory of its training depends on. */
final class TrainingSizes {

    private TrainingSizes() {}

    /** @return null where the trainer did not say how long the rows are */
    static Training of(BaseModel model, JobSettings resolved, TrainerMessage.Validated validated) {
        RowSizes training = validated.training().sizes();
        if (training == null) {
            return null;
        }
        Hyperparameters settings = resolved.hyperparameters();
        return new Training(
                shape(model),
                tuning(resolved.trainingType()),
                training,
                validated.validation() == null ? null : validated.validation().sizes(),
                settings.batchSize(),
                Training.steps(
                        validated.training().rows(), settings.batchSize(), settings.nEpochs(), settings.maxSteps()),
                settings.microBatchTokens());
    }

    private static ModelShape shape(BaseModel model) {
        ModelConfig config = ModelConfig.read(model.folder());
        try (Safetensors weights = Safetensors.open(model.folder())) {
            return ModelShape.of(
                    config,
                    weights.dtype(config.architecture().nameOf(Role.FINAL_NORM)).bytes());
        }
    }

    private static Tuning tuning(TrainingType type) {
        return type.lora() ? Tuning.lora(type.r(), type.targetModules(), type.loraDropout() > 0) : Tuning.full();
    }
}
