package io.attune.trainer;

import io.attune.dataset.SeenRows;
import io.attune.format.ModelConfig;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Mode {@code validate}: tokenises both files and reports the findings. */
final class Validation {

    private final TrainerSpec.Validate spec;
    private final Heartbeat heartbeat;

    Validation(TrainerSpec.Validate spec, Heartbeat heartbeat) {
        this.spec = spec;
        this.heartbeat = heartbeat;
    }

    TrainerMessage.Validated run() throws IOException {
        TrainerSpec.Data data = spec.data();
        try (ModelText text = ModelText.open(spec.model(), ModelConfig.read(spec.model()), data.chat())) {
            SeenRows seen = new SeenRows();
            TrainerMessage.FileReport training = report(data.training(), text, seen);
            if (data.validation() == null) {
                return new TrainerMessage.Validated(training, null, null);
            }
            SeenRows seenAgain = new SeenRows(seen);
            TrainerMessage.FileReport validation = report(data.validation(), text, seenAgain);
            return new TrainerMessage.Validated(training, validation, seenAgain.overlap());
        }
    }

    private TrainerMessage.FileReport report(Path file, ModelText text, SeenRows seen) throws IOException {
        FileBudget budget = FileBudget.ofWorkAndTime(Files.size(file));
        return TokenisedFile.read(file, text, spec.hyperparameters(), seen, budget, heartbeat)
                .report();
    }
}
