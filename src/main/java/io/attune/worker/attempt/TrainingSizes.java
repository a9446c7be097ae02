package io.attune.worker.attempt;

import static io.attune.setting.Hyperparameters.BATCH_SIZE;
import static io.attune.setting.Hyperparameters.MICRO_BATCH_TOKENS;

import io.attune.architecture.Role;
import io.attune.catalog.BaseModel;
import io.attune.dataset.RowSizes;
import io.attune.estimate.ModelShape;
import io.attune.estimate.Training;
import io.attune.format.ModelConfig;
import io.attune.format.Safetensors;
import io.attune.setting.Hyperparameters;
import io.attune.setting.TrainingSettings;
import io.attune.trainer.message.TrainerMessage;

/** Derives from a validated job the sizes that determine the memory of its training. */
final class TrainingSizes {

    private TrainingSizes() {}

    /** @return null if the trainer did not report the lengths of the rows */
    static Training of(BaseModel model, TrainingSettings resolved, TrainerMessage.Validated validated) {
        RowSizes training = validated.training().sizes();
        if (training == null) {
            return null;
        }
        Hyperparameters hyperparameters = resolved.hyperparameters();
        return new Training(
                shape(model),
                resolved.tuning(),
                training,
                validated.validation() == null ? null : validated.validation().sizes(),
                hyperparameters.get(BATCH_SIZE),
                hyperparameters.steps(validated.training().rows()),
                hyperparameters.get(MICRO_BATCH_TOKENS));
    }

    private static ModelShape shape(BaseModel model) {
        ModelConfig config = ModelConfig.read(model.folder());
        try (Safetensors weights = Safetensors.open(model.folder())) {
            return ModelShape.of(
                    config,
                    weights.dtype(config.architecture().nameOf(Role.FINAL_NORM)).bytes());
        }
    }
}
