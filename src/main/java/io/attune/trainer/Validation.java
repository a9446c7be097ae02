package io.attune.trainer;

import io.attune.format.ModelConfig;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;

/** Mode {@code validate}: tokenises both files and reports what was found. */
final class Validation {

    private final TrainerSpec.Validate spec;
    private final Heartbeat heartbeat;

    Validation(TrainerSpec.Validate spec, Heartbeat heartbeat) {
        this.spec = spec;
        this.heartbeat = heartbeat;
    }

    TrainerMessage.Validated run() throws IOException {
        TrainerSpec.Data data = spec.data();
        try (ModelText text = ModelText.open(spec.model(), ModelConfig.read(spec.model()))) {
            var training = TokenisedFile.read(
                    data.training(), text.encoder(), data.maxLength(), data.overlongRows(), heartbeat);
            if (data.validation() == null) {
                return new TrainerMessage.Validated(training.report(), null);
            }
            var validation = TokenisedFile.read(
                    data.validation(), text.encoder(), data.maxLength(), data.overlongRows(), heartbeat);
            return new TrainerMessage.Validated(training.report(), validation.report());
        }
    }
}
