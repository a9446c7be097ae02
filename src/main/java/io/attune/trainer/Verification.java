package io.attune.trainer;

import io.attune.dataset.ReferenceRows;
import io.attune.format.ModelConfig;
import io.attune.model.Decoder;
import io.attune.model.LoraAdapter;
import io.attune.model.Parameters;
import io.attune.model.Torch;
import io.attune.setting.Hyperparameters;
import io.attune.text.TokenRow;
import io.attune.trainer.message.TrainerMessage;
import io.attune.trainer.message.TrainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Mode {@code verify}: loads an artifact only from its files and computes the loss of the reference rows. */
final class Verification {

    private final Torch torch;
    private final TrainerSpec.Verify spec;
    private final Heartbeat heartbeat;

    Verification(Torch torch, TrainerSpec.Verify spec, Heartbeat heartbeat) {
        this.torch = torch;
        this.spec = spec;
        this.heartbeat = heartbeat;
    }

    TrainerMessage.Verified run() throws IOException {
        boolean isAdapter = Files.exists(spec.artifact().resolve("adapter_config.json"));
        Path weights = isAdapter ? spec.model() : spec.artifact();
        ModelConfig config = ModelConfig.read(weights);
        LoraAdapter adapter = isAdapter ? LoraAdapter.load(torch, config.architecture(), spec.artifact()) : null;
        try (ModelText text = ModelText.open(weights, config, spec.data().chat());
                Decoder decoder = new Decoder(
                        torch,
                        config.architecture(),
                        Parameters.load(torch, config.architecture(), weights, false),
                        adapter)) {
            TrainerSpec.Data data = spec.data();
            List<TokenRow> rows = TokenisedFile.read(
                            data.validation() == null ? data.training() : data.validation(),
                            text,
                            spec.hyperparameters(),
                            heartbeat)
                    .rows();
            List<TokenRow> reference = data.validation() == null ? ReferenceRows.of(rows, List.of()) : rows;
            int tokensAtOnce = spec.hyperparameters().get(Hyperparameters.MICRO_BATCH_TOKENS);
            return new TrainerMessage.Verified(new Evaluation(decoder, tokensAtOnce, heartbeat)
                    .over(reference)
                    .mean());
        }
    }
}
